"""Softmax of two scores against the sigmoid of their difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from hypothesis import strategies as st

from refute.lab.bench.activations import activation_module
from refute.lab.bench.description import Description

Score = Literal["difference", "second score"]


@dataclass(frozen=True)
class TwoScores(Description):
    """The scores of two classes for one input, and of ``further`` classes if there are any."""

    first: float
    second: float
    further: tuple[float, ...] = ()

    @property
    def said(self) -> str:
        scores = (self.first, self.second, *self.further)
        return "scores " + ", ".join(f"{score:.4g}" for score in scores).replace("-", "−")

    def disagreement(self, sigmoid_of: Score = "difference") -> float:
        """Distance between the second class's softmax probability and a sigmoid, in float64."""
        scores = torch.tensor([self.first, self.second, *self.further], dtype=torch.float64)
        probability = activation_module("softmax")(scores)[1]
        score = scores[1] - scores[0] if sigmoid_of == "difference" else scores[1]
        return float((probability - activation_module("sigmoid")(score)).abs())


ROUNDING = 4 * torch.finfo(torch.float64).eps
"""Both sides consist of an exponential, a sum, a quotient and a difference, each rounded once."""


def two_scores(further: int = 0) -> st.SearchStrategy[TwoScores]:
    """Draw scores from -500 to 500, half of them of a usual size, up to 5."""
    score = st.floats(-500, 500) | st.floats(-5, 5)
    return st.builds(TwoScores, score, score, st.tuples(*[score] * further))
