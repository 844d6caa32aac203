"""Pruning zeroes what torch's own pruning zeroes, and is undone after it was recorded."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.prune import l1_unstructured

from refute.experiment import Replicates
from refute.lab.bench.networks import Network
from refute.lab.bench.pruning import (
    FOUR_OF_FIVE,
    JUST_OVER_HALF,
    RANDOM_FOUR_OF_FIVE,
    Pruning,
    prune,
)
from refute.lab.bench.stack.network import stack
from refute.lab.bench.training import Training

REPLICATES = Replicates(0, 3)


@pytest.mark.parametrize("share", [0.51, 0.8])
def test_the_smallest_weights_are_those_that_torch_prunes(share: float) -> None:
    net = stack(Network(), REPLICATES)
    before = [weight.detach().clone() for weight in net.weights]
    prune(net, Pruning("smallest", share), REPLICATES)
    for weight, was in zip(net.weights, before, strict=True):
        for replicate in range(3):
            linear = nn.Linear(was.shape[1], was.shape[2], bias=False)
            linear.weight = nn.Parameter(was[replicate].contiguous())
            expected = l1_unstructured(linear, "weight", amount=share).weight
            assert torch.equal(weight[replicate], expected)


def test_random_pruning_zeroes_as_many_others_for_each_replicate_in_any_chunk() -> None:
    net, last = stack(Network(), REPLICATES), stack(Network(), Replicates(2, 1))
    prune(net, RANDOM_FOUR_OF_FIVE, REPLICATES)
    prune(last, RANDOM_FOUR_OF_FIVE, Replicates(2, 1))
    zeros = [weight == 0 for weight in net.weights]
    for zero in zeros:
        assert set(zero.sum((1, 2)).tolist()) == {round(0.8 * zero[0].numel())}
    assert not torch.equal(zeros[0][0], zeros[0][1])
    assert torch.equal(net.weights[0][2], last.weights[0][0])


def test_pruning_is_recorded_and_undone() -> None:
    training = Training(steps=30)
    record, run = training.run(REPLICATES), training.train(REPLICATES)
    trained = [weight.detach().clone() for weight in run.net.weights]
    observed = training.observe(run, REPLICATES)
    for weight, before in zip(run.net.weights, trained, strict=True):
        assert torch.equal(weight, before)
    total = Network().weight_count
    for pruning in (JUST_OVER_HALF, FOUR_OF_FIVE, RANDOM_FOUR_OF_FIVE):
        zeros = observed[f"zero weights, {pruning.words}"]
        np.testing.assert_allclose(zeros.lower / total, pruning.share, atol=1e-3)
    smallest, drawn = (
        record.samples[f"test accuracy, {pruning.words}"].lower
        for pruning in (FOUR_OF_FIVE, RANDOM_FOUR_OF_FIVE)
    )
    assert (smallest < record.samples["test accuracy"].lower).all()
    assert (drawn < smallest).all()
