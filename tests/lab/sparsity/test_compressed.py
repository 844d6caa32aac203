"""Each treatment starts from the networks of the usual training."""

from __future__ import annotations

import numpy as np

from refute.experiment import Replicates
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

REPLICATES = Replicates(0, 2)


def test_treatments_start_from_the_same_trained_networks() -> None:
    samples = Compressed(steps=60).run(REPLICATES).samples
    usual = Training(steps=60).run(REPLICATES).samples
    gap = samples[f"test accuracy, {EIGHT_BITS.words}"].lower - usual["test accuracy"].lower
    assert np.abs(gap).max() <= 3
    pruned = usual["zero weights, smallest 80% zeroed"].lower
    assert (samples[f"zero weights, {PRUNED_EIGHT_BITS.words}"].lower >= pruned).all()
    assert (samples[f"zero weights, {TWO_BITS.words}"].lower > 0).all()
    taken_out = samples["zero weights, half of the units taken out"]
    assert taken_out.per == 61 * 50 + 50 * 50 + 50 * 10
    assert (taken_out.lower == 0).all()
    assert (samples["test accuracy, a student of 30 units"].lower > 180).all()


def test_quantities_name_themselves() -> None:
    assert accuracy_after(TWO_BITS).name == (
        "test accuracy, rounded to 2 bits in the usual setting"
    )
    assert zeros_of_a_student(pruned=True).name == (
        "share of zero weights, a student of 30 units, smallest 80% zeroed in the usual setting"
    )
    assert zeros_without_half_the_units().experiment == accuracy_after(TWO_BITS).experiment
