"""What is done to trained networks to make them smaller or sparser, without training on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Protocol

import torch

from refute.lab.bench.pruning import FOUR_OF_FIVE, prune, zero_lowest
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.trained import TrainedStack
from refute.lab.sparsity.importance import importance
from refute.quantity import Replicates

WATCHED = 500
"""Training images by which a weight's importance is judged."""


class Treatment(Protocol):
    """A change of the weights of trained networks, in place."""

    @property
    def words(self) -> str:
        """What was done, as it follows on a comma: "rounded to 8 bits"."""

    def apply(self, run: TrainedStack, replicates: Replicates) -> None:
        """Change the weights of all replicates."""


@dataclass(frozen=True)
class Pruned:
    """Four of five weights of every layer zeroed: the least important, or the largest."""

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
class Rounded:
    """Weights rounded to a few bits: the usual symmetric quantization after training.

    A unit's incoming weights are rounded to multiples of a step, from -(2^(bits-1) - 1) to
    2^(bits-1) - 1 of them; its largest weight is the last multiple (Nagel et al. 2021, 2.2:
    symmetric, uniform, per channel).

    Args:
        bits: of a weight; 2 leave three levels: minus one, zero, one.
        pruned: whether the smallest four of five weights are zeroed first.
    """

    bits: int
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
class HalfTheUnits:
    """The half of the units of each hidden layer with the smallest weights is switched off.

    Their weights, incoming and outgoing, are zero and stay in place.
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
    """By hidden layer, which half of the units has the smallest incoming weights, (R, units)."""
    halves = []
    for weight in net.weights[:-1]:
        order = weight.square().sum(1).argsort(1)
        halves.append(order.argsort(1) < weight.shape[2] // 2)
    return halves


@contextmanager
def put_back(net: StackedNetwork) -> Iterator[None]:
    """Let the weights be changed, and put them back."""
    before = [weight.detach().clone() for weight in net.weights]
    try:
        yield
    finally:
        for weight, own in zip(net.weights, before, strict=True):
            weight.copy_(own)
