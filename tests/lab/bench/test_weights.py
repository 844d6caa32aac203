"""Weights are counted by size, biases left out."""

from __future__ import annotations

import torch

from refute.experiment import Replicates
from refute.lab.bench.initializers import Constant, Sparse
from refute.lab.bench.networks import Network
from refute.lab.bench.stack.network import stack
from refute.lab.bench.weights import count_weights, small_weights

REPLICATES = Replicates(0, 3)


def test_weights_are_counted_and_biases_are_not() -> None:
    net = stack(Network(weights=Constant(0.005), biases=Constant(1e-9)), REPLICATES)
    counts = small_weights(net)
    assert counts["weights below 0.001"].lower.tolist() == [0] * 3
    assert counts["weights below 0.01"].lower.tolist() == [Network().weight_count] * 3
    zeros = count_weights(stack(Network(weights=Sparse()), REPLICATES), lambda size: size == 0)
    assert zeros.per == Network().weight_count
    assert ((zeros.lower / zeros.scale - 0.9) ** 2 < 0.02**2).all()


def test_nothing_is_differentiated() -> None:
    with torch.enable_grad():
        counts = small_weights(stack(Network(), REPLICATES))
    assert len(counts["weights below 0.01"].lower) == REPLICATES.count
