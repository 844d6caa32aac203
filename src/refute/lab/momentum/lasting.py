"""Whether SGD's oscillation ever ends: the distance from the minimum after very many steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Positive
from refute.lab.momentum.sgd_step import stable_limit, step_matrices

FOR_EVER = 10**8
"""Steps within which every run that converges has converged: a hundred million."""


@dataclass(frozen=True)
class Swing(Description):
    """SGD started at rest on a one-dimensional quadratic.

    Args:
        stiffness: learning rate times curvature.
        start: initial distance from the minimum.
    """

    stiffness: Positive
    start: float

    @property
    def said(self) -> str:
        """The swing in words."""
        return f"learning rate times curvature {self.stiffness:.3g}, from {self.start:.3g}"

    def left_after(self, steps: int, *, momentum: float) -> float:
        """Distance from the minimum after ``steps`` steps, as a share of the initial distance.

        It is the larger of |position| and |velocity|, computed from a power of the matrix of
        torch's step; infinity if that overflows.
        """
        step = step_matrices(np.array([self.stiffness]), momentum)[0]
        with np.errstate(over="ignore", invalid="ignore"):
            after = np.linalg.matrix_power(step, steps) @ np.array([self.start, 0.0])
        left = float(np.abs(after).max() / self.start)
        return left if np.isfinite(left) else np.inf


def never_converges(swing: Swing, *, momentum: float) -> bool:
    """Whether a millionth of the initial distance or more is left after ``FOR_EVER`` steps."""
    return swing.left_after(FOR_EVER, momentum=momentum) >= 1e-6


def swings(momentum: float, *, beyond_stable: bool = False) -> st.SearchStrategy[Swing]:
    """Draw swings at learning rates that are stable with ``momentum``, or ``beyond_stable``.

    Learning rate times curvature is drawn from 1e-6 to 0.99 times the stable limit, or from 1.01
    to 2 times that limit.
    """
    limit = stable_limit(momentum)
    low, high = (1.01 * limit, 2 * limit) if beyond_stable else (1e-6, 0.99 * limit)
    return st.builds(Swing, stiffness=st.floats(low, high), start=st.floats(0.01, 100))
