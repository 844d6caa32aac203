"""What a training is to reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from refute.lab.bench.recording import Crossing

EVALUATED = 200
"""Training samples on which the training loss is evaluated, the same at every evaluation."""


@dataclass(frozen=True)
class Goal:
    """Something a run may arrive at, and stop.

    ``of`` "training loss": in eval mode, on ``EVALUATED`` training samples, at most ``value``.
    ``of`` "test accuracy": the share of test samples classified right, at least ``value``.
    """

    value: float
    of: Literal["training loss", "test accuracy"] = "training loss"

    @property
    def words(self) -> str:
        return f"{self.of} {self.value:g}"

    @property
    def crossing(self) -> Crossing:
        """What the curve (loss, or error rate) must come down to."""
        return (
            Crossing(self.value) if self.of == "training loss" else Crossing(1 - self.value, False)
        )
