"""Stacked layers: drawn as a network's, and each replicate with its own outputs and gradients."""

import torch
from torch.nn import functional

from refute.experiment import Replicates
from refute.lab.activations.stacked_layers import drawn_layers, forward, total_cross_entropy, train
from refute.lab.bench.initializers import HE_NORMAL
from refute.lab.bench.networks import Network

SOME = Replicates(0, 2, seed=4)
NETWORK = Network(3, (5,), 4)
X, Y = torch.randn(2, 6, 3), torch.randint(4, (2, 6))


def layers():
    return drawn_layers(SOME, [(HE_NORMAL, *fans) for fans in NETWORK.fans])


def test_weights_and_outputs_are_those_of_a_network():
    logits = forward(layers(), torch.relu, X)
    for k in SOME:
        torch.testing.assert_close(logits[k], NETWORK.module(SOME, k)(X[k]))


def test_each_replicate_gets_the_gradients_of_its_own_mean_loss():
    (weights, _), _ = stacked = layers()
    total = total_cross_entropy(forward(stacked, torch.relu, X), Y)
    (gradient,) = torch.autograd.grad(total, weights)
    for k in SOME:
        module = NETWORK.module(SOME, k)
        torch.autograd.backward(functional.cross_entropy(module(X[k]), Y[k]))
        torch.testing.assert_close(gradient[k].T, module[0].weight.grad)


def test_training_lowers_the_loss():
    stacked = layers()

    def loss(x, y):
        return total_cross_entropy(forward(stacked, torch.relu, x), y)

    before = loss(X, Y).item()
    batches = iter([(X, Y)] * 20)
    train(stacked, batches, 20, loss)
    assert loss(X, Y).item() < before
    assert next(batches, None) is None
