"""Goals: the training loss or test accuracy that a run is to reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Positive
from refute.lab.bench.recording import Crossing

EVALUATED = 200
"""Training samples on which the training loss is evaluated, the same ones every time."""


@dataclass(frozen=True)
class Goal(Description):
    """A level at which a run may stop.

    Args:
        value: the level.
        of: what reaches it.  The "training loss", in eval mode on ``EVALUATED`` training samples,
            must be at most ``value``; the "test accuracy", as a share, at least ``value``.

    Raises:
        ValueError: no training could reach the value, or every training does, or ``of`` is neither.
    """

    value: Positive
    of: Literal["training loss", "test accuracy"] = "training loss"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.of == "test accuracy" and self.value >= 1:
            raise ValueError(f"Goal(value={self.value!r}): give a test accuracy between 0 and 1")

    @property
    def words(self) -> str:
        return f"{self.of} {self.value:g}"

    @property
    def crossing(self) -> Crossing:
        """The level to which the curve (loss or error rate) must fall."""
        return (
            Crossing(self.value) if self.of == "training loss" else Crossing(1 - self.value, False)
        )
