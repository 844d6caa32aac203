"""Symmetric laws before and after ReLU, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import Literal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Statistic = Literal["variance", "second moment"]

_MEAN_SIZE = {
    "two-point": 1.0,
    "uniform": sqrt(3) / 2,
    "Laplace": 1 / sqrt(2),
    "normal": sqrt(2 / pi),
}
"""E|z| of the law with mean 0 and variance 1."""


@dataclass(frozen=True)
class SymmetricLaw:
    """A law that is symmetric about 0: its mean is 0.

    Args:
        law: "two-point" takes plus or minus one standard deviation, each half of the time.
        std: its standard deviation.
    """

    law: Literal["two-point", "uniform", "Laplace", "normal"]
    std: float = 1.0

    @property
    def said(self) -> str:
        return f"a {self.law} law of standard deviation {self.std:g}"


def symmetric_laws() -> SearchStrategy[SymmetricLaw]:
    """The four laws, at standard deviations from 0.1 to 10."""
    tenths = st.integers(1, 100).map(lambda n: n / 10)
    return st.builds(SymmetricLaw, st.sampled_from(sorted(_MEAN_SIZE)), tenths)


def left_by_relu(statistic: Statistic, law: SymmetricLaw) -> float:
    """What ReLU leaves of a law's variance or second moment, as a share of it.

    Of a symmetric z, E[relu(z)] is E|z|/2 and E[relu(z)²] is E[z²]/2 (He et al. 2015, 2.2).
    """
    square, mean = law.std**2 / 2, law.std * _MEAN_SIZE[law.law] / 2
    left = square - mean**2 if statistic == "variance" else square
    return left / law.std**2


def halved_by_relu(statistic: Statistic, law: SymmetricLaw) -> bool:
    """Whether ReLU leaves one half of a law's variance or second moment."""
    return abs(left_by_relu(statistic, law) - 1 / 2) <= 1e-9
