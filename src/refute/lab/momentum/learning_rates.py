"""Gradient descent without momentum on quadratics: where it diverges, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from hypothesis import strategies as st

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Positive
from refute.lab.momentum.trajectory import Trajectory


@dataclass(frozen=True)
class PlainDescent(Description):
    """Plain SGD from 1 along every axis of a quadratic, with exact gradients.

    Args:
        rate: learning rate times the largest curvature L; 2 is the limit of stability.
        flatter: curvatures of the other axes, as shares of L.
    """

    rate: Positive
    flatter: tuple[Positive, ...] = ()

    @property
    def said(self) -> str:
        """The learning rate in words."""
        return f"a learning rate of {self.rate:.3g}/L"

    def steps(self, *, slowed: float = 1.0) -> float:
        """Steps until it settles at ``slowed`` times the rate; infinity if it never does."""
        stiffness = slowed * self.rate * np.array([1.0, *self.flatter])
        return Trajectory.of(stiffness, np.ones(len(stiffness)), momentum=0.0).settled_after()


def plain_descents(least: float, most: float) -> st.SearchStrategy[PlainDescent]:
    """Draw learning rates from ``least`` / L to ``most`` / L, and up to 3 flatter axes."""
    share = st.floats(-4, 0).map(lambda exponent: float(10**exponent))
    shares = st.lists(share, max_size=3).map(tuple)
    return st.builds(PlainDescent, st.floats(least, most), shares)


def diverges(descent: PlainDescent) -> bool:
    """Whether gradient descent never settles in the minimum."""
    return descent.steps() == inf


def times_as_long(descent: PlainDescent, *, slowed: float) -> float:
    """Steps to settle at ``slowed`` times the learning rate over those at the rate itself."""
    return descent.steps(slowed=slowed) / descent.steps()
