"""What a training is to reach."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from numbers import Real
from typing import Literal

from refute.lab.bench.recording import Crossing

EVALUATED = 200
"""Training samples on which the training loss is evaluated, the same at every evaluation."""


@dataclass(frozen=True)
class Goal:
    """Something a run may arrive at, and stop.

    ``of`` "training loss": in eval mode, on ``EVALUATED`` training samples, at most ``value``.
    ``of`` "test accuracy": the share of test samples classified right, at least ``value``.

    Raises:
        ValueError: no training could reach it, or every training has.
    """

    value: float
    of: Literal["training loss", "test accuracy"] = "training loss"

    def __post_init__(self) -> None:
        number = isinstance(self.value, Real) and not isinstance(self.value, bool)
        if not number or not 0 < self.value < (inf if self.of == "training loss" else 1.0):
            span = "more than 0" if self.of == "training loss" else "between 0 and 1"
            raise ValueError(f"{self.of} {self.value!r} is no goal: choose a number {span}")

    @property
    def words(self) -> str:
        return f"{self.of} {self.value:g}"

    @property
    def crossing(self) -> Crossing:
        """What the curve (loss, or error rate) must come down to."""
        return (
            Crossing(self.value) if self.of == "training loss" else Crossing(1 - self.value, False)
        )
