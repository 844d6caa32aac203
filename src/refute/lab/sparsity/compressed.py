"""Trained networks made smaller or sparser in several ways, with their accuracy and zeros."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from refute.decision.samples import Sample
from refute.experiment import Replicates
from refute.lab.bench.learning import is_correct
from refute.lab.bench.pruning import FOUR_OF_FIVE, prune
from refute.lab.bench.settings import named
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.training import Training
from refute.lab.bench.weights import count_weights
from refute.lab.sparsity.distilling import student_of
from refute.lab.sparsity.treatments import (
    HalfTheUnits,
    Pruned,
    Rounded,
    Treatment,
    weakest_half,
    weights_restored,
)
from refute.quantity import Recorded

LEAST_IMPORTANT, LARGEST = Pruned("least important"), Pruned("largest")
EIGHT_BITS, FOUR_BITS, TWO_BITS = Rounded(8), Rounded(4), Rounded(2)
PRUNED_EIGHT_BITS = Rounded(8, pruned=True)
UNITS_ZEROED = HalfTheUnits()

TREATMENTS: tuple[Treatment, ...] = (
    LEAST_IMPORTANT,
    LARGEST,
    EIGHT_BITS,
    FOUR_BITS,
    TWO_BITS,
    PRUNED_EIGHT_BITS,
    UNITS_ZEROED,
)

UNITS_TAKEN_OUT = "half of the units taken out"
STUDENT = "a student of 30 units"


@dataclass(frozen=True)
class Compressed(Training):
    """The usual training, followed by each of ``TREATMENTS`` on its own.

    Records:

    - "test accuracy, TREATMENT" and "zero weights, TREATMENT" for each treatment;
    - "zero weights, half of the units taken out", as counts of the weights that remain;
    - "test accuracy, ..." and "zero weights, ..." of "a student of 30 units", as trained and
      pruned.
    """

    def observe(self, run: TrainedStack, replicates: Replicates) -> dict[str, Sample]:
        """Samples of the networks after each treatment of the trained ones."""
        samples: dict[str, Sample] = {}
        for treatment in TREATMENTS:
            with weights_restored(run.net):
                treatment.apply(run, replicates)
                samples |= run.accuracy_and_zeros(f", {treatment.words}")
        samples[f"zero weights, {UNITS_TAKEN_OUT}"] = _zeros_of_the_rest(run.net)
        student = student_of(run, replicates)
        samples |= _samples(student, run, f", {STUDENT}")
        prune(student, FOUR_OF_FIVE, replicates)
        return samples | _samples(student, run, f", {STUDENT}, {FOUR_OF_FIVE.words}")


def _zeros_of_the_rest(net: StackedNetwork) -> Sample:
    """Zero weights of the networks after their weakest half of hidden units is removed."""
    kept = [~off for off in weakest_half(net)]
    counts = torch.zeros(net.replicates, dtype=torch.int64)
    total = 0
    for at, weight in enumerate(net.weights):
        left = torch.ones_like(weight, dtype=torch.bool)
        if at:
            left &= kept[at - 1][:, :, None]
        if at < len(kept):
            left &= kept[at][:, None, :]
        counts += (left & (weight == 0)).sum((1, 2)).cpu()
        total += int(left[0].sum())
    return Sample.exactly(counts.numpy(), per=total)


def _samples(student: StackedNetwork, run: TrainedStack, suffix: str) -> dict[str, Sample]:
    inputs, labels = run.samples.take(run.samples.test)
    right = is_correct(student(inputs), labels).sum(1).cpu().numpy()
    return {
        f"test accuracy{suffix}": Sample.exactly(right, per=labels.shape[1]),
        f"zero weights{suffix}": count_weights(student, lambda size: size == 0),
    }


def accuracy_after(treatment: Treatment) -> Recorded:
    """Test accuracy of the usual networks after ``treatment``."""
    return named(
        Compressed(),
        f"test accuracy, {treatment.words}",
        "test accuracy",
        by=f", {treatment.words}",
    )


def zeros_after(treatment: Treatment) -> Recorded:
    """Share of the usual networks' weights that are zero after ``treatment``."""
    return _zeros(treatment.words)


def zeros_without_half_the_units() -> Recorded:
    """Share of zero weights among those left after half of the units are removed."""
    return _zeros(UNITS_TAKEN_OUT)


def zeros_of_a_student(*, pruned: bool = False) -> Recorded:
    """Share of zero weights in a small network distilled from the usual one."""
    return _zeros(f"{STUDENT}, {FOUR_OF_FIVE.words}" if pruned else STUDENT)


def _zeros(treatment: str) -> Recorded:
    key = f"zero weights, {treatment}"
    return named(Compressed(), key, "share of zero weights", by=f", {treatment}")
