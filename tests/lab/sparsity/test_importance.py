"""Importance against autograd, sample by sample."""

from __future__ import annotations

import torch
from torch.nn import functional

from refute.experiment import Replicates
from refute.lab.bench.networks import Network
from refute.lab.bench.stack.network import stack
from refute.lab.sparsity.importance import importance

NETWORK = Network(inputs=5, hidden=(7, 6), outputs=3)
REPLICATES = Replicates(0, 2)


def test_it_is_the_mean_of_squared_gradients_times_squared_weights() -> None:
    torch.manual_seed(0)
    inputs, labels = torch.randn(2, 8, 5), torch.randint(3, (2, 8))
    net = stack(NETWORK, REPLICATES)
    with torch.no_grad():
        scores = importance(net, inputs, labels)
    module = NETWORK.module(REPLICATES, 1)
    expected = [torch.zeros_like(module[at].weight) for at in (0, 2, 4)]
    for x, y in zip(inputs[1], labels[1], strict=True):
        module.zero_grad()
        functional.cross_entropy(module(x[None]), y[None]).backward()
        for total, at in zip(expected, (0, 2, 4), strict=True):
            weight = module[at].weight
            total += (weight.grad * weight.detach()) ** 2 / 8
    for score, total in zip(scores, expected, strict=True):
        torch.testing.assert_close(score[1], total.T)
