"""Layers in a row, against the product of their matrices."""

import pytest
import torch

from refute.lab.activations.collapsing import InARow


def test_layers_without_activations_are_the_product_of_their_matrices():
    layers = InARow((3, 4, 2), "identity", seed=1)
    network, inputs = layers._built()
    first, second = network[0], network[2]
    product = second.weight @ first.weight
    biases = second.weight @ first.bias + second.bias
    torch.testing.assert_close(network(inputs), inputs @ product.T + biases)
    assert layers.is_one_linear_layer()


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_an_activation_makes_them_more(activation):
    assert not InARow((3, 8, 2), activation, seed=1).is_one_linear_layer()


def test_the_last_layer_has_no_activation():
    network, _ = InARow((3, 4, 2), "relu", seed=1)._built()
    assert [type(module).__name__ for module in network] == ["Linear", "ReLU", "Linear"]


def test_layers_are_said():
    assert InARow((3, 4, 2), "relu", seed=1).said == "2 layers, 3-4-2, ReLU between them"
