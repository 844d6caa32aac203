"""Shares of weights name themselves and share one training."""

from __future__ import annotations

import pytest

from refute.lab.bench.pruning import FOUR_OF_FIVE
from refute.lab.bench.quantities import accuracy
from refute.lab.sparsity.shares import share_below, zero_share


def test_quantities_name_themselves_and_share_one_training() -> None:
    pruned = accuracy(pruning=FOUR_OF_FIVE, dropout=0.5)
    assert pruned.name == "test accuracy, smallest 80% zeroed, with dropout 0.5"
    assert pruned.experiment == zero_share(dropout=0.5).experiment
    assert pruned.experiment == accuracy(dropout=0.5).experiment
    assert share_below(0.001, steps=99).name == (
        "share of weights below 0.001 after 99 steps in the usual setting"
    )
    assert zero_share(FOUR_OF_FIVE, steps=99).name == (
        "share of zero weights, smallest 80% zeroed, after 99 steps in the usual setting"
    )


def test_a_threshold_that_no_training_counts_is_refused_before_anything_is_trained() -> None:
    with pytest.raises(ValueError, match=r"share_below\(0.05\): a training counts the weights"):
        share_below(0.05)
