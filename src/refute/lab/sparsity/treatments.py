"""Changes to trained networks that make them smaller or sparser, without further training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

import torch

from refute.experiment import Replicates
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import between
from refute.lab.bench.pruning import FOUR_OF_FIVE, prune, zero_lowest
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.trained import TrainedStack
from refute.lab.sparsity.importance import importance

WATCHED = 500
"""Training images on which a weight's importance is estimated."""


class Treatment(Protocol):
    """An in-place change of the weights of trained networks."""

    @property
    def words(self) -> str:
        """What was done, to follow a comma: "rounded to 8 bits"."""

    def apply(self, run: TrainedStack, replicates: Replicates) -> None:
        """Change the weights of all replicates."""


@dataclass(frozen=True)
class Pruned(Description):
    """Zero four of five weights of every layer: the least important or the largest."""

    which: Literal["least important", "largest"]

    @property
    def words(self) -> str:
        """What was done."""
        return f"{self.which} {FOUR_OF_FIVE.share:.0%} zeroed"

    def apply(self, run: TrainedStack, replicates: Replicates) -> None:
        if self.which == "largest":
            scores = [-weight.abs() for weight in run.net.weights]
        else:
            inputs, labels = run.samples.take(run.samples.train[:, :WATCHED])
            scores = importance(run.net, inputs, labels)
        for weight, score in zip(run.net.weights, scores, strict=True):
            weight.copy_(zero_lowest(weight, score, FOUR_OF_FIVE.share))


@dataclass(frozen=True)
class Rounded(Description):
    """Round weights to a few bits, as symmetric post-training quantization does.

    A unit's incoming weights become integer multiples of a step, from -(2^(bits-1) - 1) to
    2^(bits-1) - 1; its largest weight sets the step (Nagel et al. 2021, 2.2: symmetric, uniform,
    per channel).

    Args:
        bits: bits per weight; 2 leave three levels: -1, 0 and 1.
        pruned: whether the smallest four of five weights are zeroed first.
    """

    bits: Annotated[int, between(2, 32)]
    pruned: bool = False

    @property
    def words(self) -> str:
        """What was done."""
        first = f"{FOUR_OF_FIVE.words}, " if self.pruned else ""
        return f"{first}rounded to {self.bits} bits"

    def apply(self, run: TrainedStack, replicates: Replicates) -> None:
        if self.pruned:
            prune(run.net, FOUR_OF_FIVE, replicates)
        levels = 2 ** (self.bits - 1) - 1
        for weight in run.net.weights:
            step = weight.abs().amax(1, keepdim=True) / levels
            weight.copy_((weight / step).round() * step)


@dataclass(frozen=True)
class HalfTheUnits(Description):
    """Switch off half of the units of each hidden layer, those with the smallest weights.

    Their incoming and outgoing weights become zero but stay in place.
    """

    @property
    def words(self) -> str:
        """What was done."""
        return "half of the units zeroed"

    def apply(self, run: TrainedStack, replicates: Replicates) -> None:
        for at, off in enumerate(weakest_half(run.net)):
            run.net.weights[at].mul_((~off)[:, None, :])
            run.net.weights[at + 1].mul_((~off)[:, :, None])


def weakest_half(net: StackedNetwork) -> list[torch.Tensor]:
    """For each hidden layer, a mask (R, units) of the half with the smallest incoming weights."""
    halves = []
    for weight in net.weights[:-1]:
        order = weight.square().sum(1).argsort(1)
        halves.append(order.argsort(1) < weight.shape[2] // 2)
    return halves


@contextmanager
def weights_restored(net: StackedNetwork) -> Iterator[None]:
    """Restore the weights on exit, undoing all changes made in between."""
    before = [weight.detach().clone() for weight in net.weights]
    try:
        yield
    finally:
        for weight, saved in zip(net.weights, before, strict=True):
            weight.copy_(saved)
