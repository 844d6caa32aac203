"""Symmetric distributions before and after ReLU, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import Literal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import NonNegative

Statistic = Literal["variance", "second moment"]

_MEAN_SIZE = {
    "two-point": 1.0,
    "uniform": sqrt(3) / 2,
    "Laplace": 1 / sqrt(2),
    "normal": sqrt(2 / pi),
}
"""E|z| of the distribution with mean 0 and variance 1."""


@dataclass(frozen=True)
class SymmetricLaw(Description):
    """A distribution that is symmetric about 0.

    Args:
        law: its family; "two-point" is plus or minus one standard deviation with equal probability.
        std: its standard deviation.
    """

    law: Literal["two-point", "uniform", "Laplace", "normal"]
    std: NonNegative = 1.0

    @property
    def said(self) -> str:
        return f"a {self.law} law of standard deviation {self.std:g}"


def symmetric_laws() -> SearchStrategy[SymmetricLaw]:
    """Draw one of the four families and a standard deviation from 0.1 to 10."""
    tenths = st.integers(1, 100).map(lambda n: n / 10)
    return st.builds(SymmetricLaw, st.sampled_from(sorted(_MEAN_SIZE)), tenths)


def share_left_by_relu(statistic: Statistic, law: SymmetricLaw) -> float:
    """The share of a distribution's variance or second moment that is left after ReLU.

    For symmetric z, E[relu(z)] is E|z|/2 and E[relu(z)²] is E[z²]/2 (He et al. 2015, 2.2).
    """
    square, mean = law.std**2 / 2, law.std * _MEAN_SIZE[law.law] / 2
    left = square - mean**2 if statistic == "variance" else square
    return left / law.std**2


def halved_by_relu(statistic: Statistic, law: SymmetricLaw) -> bool:
    """Whether ReLU halves a distribution's variance or second moment."""
    return abs(share_left_by_relu(statistic, law) - 1 / 2) <= 1e-9
