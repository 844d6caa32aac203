"""Without biases a ReLU network doubles with its inputs; with biases it does not."""

import torch
from hypothesis import given, settings

from refute.lab.bench.initializers import Constant
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.initialization.without_biases import doubles_with_its_inputs, small_relu_networks

FEW = settings(max_examples=30, deadline=None, database=None)


@FEW
@given(small_relu_networks(biases=False))
def test_networks_without_biases_have_none_and_map_zero_to_zero(small):
    module = small.build(torch.float64)
    assert all(layer.bias is None for layer in module if hasattr(layer, "bias"))
    assert not module(torch.zeros(1, small.network.inputs, dtype=torch.float64)).any()
    assert doubles_with_its_inputs(small)


@FEW
@given(small_relu_networks(biases=True))
def test_biases_start_at_one_value(small):
    assert isinstance(small.network.biases, Constant)
    assert small.network.biases.value != 0


def test_other_activations_do_not_double():
    tanh = SmallNetwork(Network(2, (3,), 1, activation="tanh", biases=None), 0)
    assert not doubles_with_its_inputs(tanh)
    relu = SmallNetwork(Network(2, (3,), 1, biases=Constant(0.5)), 0)
    assert not doubles_with_its_inputs(relu)
