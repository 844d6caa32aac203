"""Pruning zeroes what torch's own pruning zeroes, and counts are of weights alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.prune import l1_unstructured

from refute.lab.bench.initializers import HE_NORMAL, Sparse
from refute.lab.bench.networks import Network
from refute.lab.bench.stack.network import stack
from refute.lab.bench.training import Training
from refute.lab.sparsity.sparsity import (
    FOUR_OF_FIVE,
    JUST_OVER_HALF,
    RANDOM_FOUR_OF_FIVE,
    TINY,
    DroppedActivations,
    LinearFit,
    PrunedTraining,
    Pruning,
    Retraining,
    accuracy_after,
    accuracy_retrained,
    prune,
    share_below,
    zero_share,
)
from refute.quantity import Replicates

REPLICATES = Replicates(0, 3)
BRIEF = PrunedTraining(steps=30)


@pytest.mark.parametrize("share", [0.51, 0.8])
def test_the_smallest_weights_are_those_that_torch_prunes(share: float) -> None:
    net = stack(Network(), REPLICATES)
    before = [weight.detach().clone() for weight in net.weights]
    prune(net, Pruning("smallest", share), REPLICATES)
    for weight, was in zip(net.weights, before, strict=True):
        for replicate in range(3):
            linear = nn.Linear(*was.shape[1:], bias=False)
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
    record, alone = BRIEF.run(REPLICATES), Training(steps=30).run(REPLICATES)
    for key, sample in alone.samples.items():
        np.testing.assert_array_equal(record.samples[key].lower, sample.lower)
    total = Network().weight_count
    for pruning in (JUST_OVER_HALF, FOUR_OF_FIVE, RANDOM_FOUR_OF_FIVE):
        zeros = record.samples[f"zero weights, {pruning.words}"]
        np.testing.assert_allclose(zeros.lower / total, pruning.share, atol=1e-3)
    smallest, drawn = (
        record.samples[f"test accuracy, {pruning.words}"].lower
        for pruning in (FOUR_OF_FIVE, RANDOM_FOUR_OF_FIVE)
    )
    assert (smallest < record.samples["test accuracy"].lower).all()
    assert (drawn < smallest).all()


def test_tiny_weights_are_measured_against_their_own_layer() -> None:
    record = PrunedTraining(steps=0).run(REPLICATES)
    weights = stack(Network(), REPLICATES).weights
    expected = [sum(int((w[k].abs() < TINY * w[k].std()).sum()) for w in weights) for k in range(3)]
    assert record.samples["tiny weights"].lower.tolist() == expected


def test_retraining_starts_from_the_pruned_network_and_keeps_it_sparse() -> None:
    dense = Training(steps=30)
    start = Retraining(dense=dense, steps=0).run(REPLICATES).samples
    pruned = BRIEF.run(REPLICATES).samples
    after = Retraining(dense=dense, steps=60).run(REPLICATES).samples
    np.testing.assert_array_equal(
        start["test accuracy"].lower, pruned["test accuracy, smallest 80% zeroed"].lower
    )
    zeros = pruned["zero weights, smallest 80% zeroed"].lower
    np.testing.assert_array_equal(after["zero weights"].lower, zeros)
    assert (after["test accuracy"].lower > start["test accuracy"].lower).all()


def test_zeros_fill_in_unless_they_are_put_back() -> None:
    network = Network(activation="tanh", weights=Sparse(HE_NORMAL, density=0.1))
    free = Training(network, steps=30).run(REPLICATES).samples["zero weights"].lower
    kept = Training(network, steps=30, keep_zeros=True).run(REPLICATES).samples["zero weights"]
    assert (free == 0).all()
    np.testing.assert_allclose(kept.lower / network.weight_count, 0.9, atol=0.02)


def test_dropped_activations_are_as_many_as_the_rate_says_and_none_in_evaluation() -> None:
    zeros = DroppedActivations(0.3).run(REPLICATES).samples["zero activations"]
    np.testing.assert_allclose(zeros.lower / zeros.scale, 0.3, atol=0.05)
    evaluated = DroppedActivations(0.3, training=False).run(REPLICATES).samples
    assert (evaluated["zero activations"].lower == 0).all()


def test_the_lasso_has_zeros_and_ridge_regression_none() -> None:
    lasso, ridge = (
        LinearFit(penalty).run(REPLICATES).samples["zero weights"] for penalty in ("lasso", "ridge")
    )
    assert (lasso.lower > 100).all()
    assert (ridge.lower == 0).all()


def test_quantities_say_what_they_measure_and_share_one_training() -> None:
    pruned = accuracy_after(FOUR_OF_FIVE, dropout=0.5)
    assert pruned.name == "test accuracy, smallest 80% zeroed, with dropout 0.5"
    assert pruned.experiment == zero_share(dropout=0.5).experiment
    assert share_below(0.001, steps=99).name == (
        "share of weights below 0.001 after 99 steps in the usual setting"
    )
    assert accuracy_retrained().name == (
        "test accuracy, smallest 80% zeroed, others retrained, in the usual setting"
    )
