"""Compressed networks are those of the usual training, each treated from its end."""

from __future__ import annotations

import numpy as np

from refute.lab.bench.training import Training
from refute.lab.sparsity.compressed import (
    EIGHT_BITS,
    PRUNED_EIGHT_BITS,
    TWO_BITS,
    Compressed,
    accuracy_after,
    zeros_of_a_student,
    zeros_without_half_the_units,
)
from refute.quantity import Replicates

REPLICATES = Replicates(0, 2)


def test_treatments_start_from_the_same_trained_networks() -> None:
    found = Compressed(steps=60).run(REPLICATES).samples
    usual = Training(steps=60).run(REPLICATES).samples
    gap = found[f"test accuracy, {EIGHT_BITS.words}"].lower - usual["test accuracy"].lower
    assert np.abs(gap).max() <= 3
    pruned = usual["zero weights, smallest 80% zeroed"].lower
    assert (found[f"zero weights, {PRUNED_EIGHT_BITS.words}"].lower >= pruned).all()
    assert (found[f"zero weights, {TWO_BITS.words}"].lower > 0).all()
    taken_out = found["zero weights, half of the units taken out"]
    assert taken_out.per == 61 * 50 + 50 * 50 + 50 * 10
    assert (taken_out.lower == 0).all()
    assert (found["test accuracy, a student of 30 units"].lower > 180).all()


def test_quantities_say_what_they_measure() -> None:
    assert accuracy_after(TWO_BITS).name == (
        "test accuracy, rounded to 2 bits in the usual setting"
    )
    assert zeros_of_a_student(pruned=True).name == (
        "share of zero weights, a student of 30 units, smallest 80% zeroed in the usual setting"
    )
    assert zeros_without_half_the_units().experiment == accuracy_after(TWO_BITS).experiment
