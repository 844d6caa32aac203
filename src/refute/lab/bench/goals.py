"""Goals: the training loss or test accuracy that a run is to reach."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from numbers import Real
from typing import Literal

from refute.lab.bench.recording import Crossing

EVALUATED = 200
"""Training samples on which the training loss is evaluated, the same ones every time."""


@dataclass(frozen=True)
class Goal:
    """A level at which a run may stop.

    Args:
        value: the level.
        of: what reaches it.  The "training loss", in eval mode on ``EVALUATED`` training samples,
            must be at most ``value``; the "test accuracy", as a share, at least ``value``.

    Raises:
        ValueError: no training could reach the value, or every training does, or ``of`` is neither.
    """

    value: float
    of: Literal["training loss", "test accuracy"] = "training loss"

    def __post_init__(self) -> None:
        if self.of not in ("training loss", "test accuracy"):
            raise ValueError(f"a goal of {self.of!r}: choose training loss or test accuracy")
        number = isinstance(self.value, Real) and not isinstance(self.value, bool)
        if not number or not 0 < self.value < (inf if self.of == "training loss" else 1.0):
            span = "more than 0" if self.of == "training loss" else "between 0 and 1"
            raise ValueError(f"{self.of} {self.value!r} is not a goal: choose a number {span}")

    @property
    def words(self) -> str:
        return f"{self.of} {self.value:g}"

    @property
    def crossing(self) -> Crossing:
        """The level to which the curve (loss or error rate) must fall."""
        return (
            Crossing(self.value) if self.of == "training loss" else Crossing(1 - self.value, False)
        )
