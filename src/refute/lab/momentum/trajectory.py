"""SGD's position on a quadratic bowl after any number of steps, and when it settles.

The eigenvalues of the step matrix give positions that would take too long to iterate to, such as
the one after a hundred million steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import floor, inf, pi

import numpy as np
from numpy.typing import NDArray

from refute.lab.momentum.sgd_step import Floats, step_matrices

TOLERANCE = 1e-3
"""A run has settled when it stays within this share of its initial distance from the minimum."""

WINDOW = 4096
"""Positions computed at a time in the search for the last one outside the tolerance."""


@dataclass(frozen=True)
class Trajectory:
    """SGD from rest on one bowl: along each axis, the position after t steps is Σ shares · roots^t.

    Args:
        roots: eigenvalues of the step along each axis, shape (axes, 2).
        shares: coefficients of their powers, shape (axes, 2).
    """

    roots: NDArray[np.complex128]
    shares: NDArray[np.complex128]

    @classmethod
    def of(
        cls, stiffness: Floats, start: Floats, momentum: float, *, nesterov: bool = False
    ) -> Trajectory:
        """The trajectory of the steps of :func:`~refute.lab.momentum.sgd_step.step_matrices`."""
        matrices = step_matrices(stiffness, momentum, nesterov=nesterov).astype(np.complex128)
        roots, vectors = np.linalg.eig(matrices)
        at_rest = np.stack([start, np.zeros_like(start)], -1)[..., None]
        weights = np.linalg.solve(vectors, at_rest)[..., 0]
        return cls(roots, vectors[:, 0, :] * weights)

    def positions(self, first: int, count: int) -> Floats:
        """Positions after ``first`` and the next steps, shape (axes, count), count <= WINDOW."""
        scaled = self.shares * self.roots**first
        return np.asarray(np.einsum("ar,art->at", scaled, self._powers[..., :count]).real)

    @cached_property
    def _powers(self) -> NDArray[np.complex128]:
        return np.asarray(self.roots[..., None] ** np.arange(WINDOW))

    def settled_after(self) -> float:
        """Steps until the distance from the minimum stays within ``TOLERANCE`` of the initial one.

        Returns:
            A whole number, or infinity if it never settles.
        """
        if (np.abs(self.roots[self.shares != 0]) >= 1).any():
            return inf
        allowed = TOLERANCE * float(np.linalg.norm(self.positions(0, 1)))
        low, high = 0, 1
        while self._bound(high) > allowed:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._bound(middle) > allowed else (low, middle)
        return self._last_outside(allowed, before=high) + 1

    def crossings(self, axis: int, steps: float) -> float:
        """How often the position along an axis changes sign within ``steps`` steps.

        Valid for stiffness up to 1.  The axis then either oscillates, by less than half a turn per
        step, or is overdamped and crosses the minimum at most once.
        """
        if steps == inf:
            return inf
        oscillating = int(np.argmax(self.roots[axis].imag))
        turn = float(np.angle(self.roots[axis, oscillating]))
        if not 0 < turn < pi:
            begin, end = (self.positions(at, 1)[axis, 0] for at in (0, int(steps)))
            return float(begin * end < 0)
        phase = float(np.angle(self.shares[axis, oscillating]))
        return floor((phase + turn * steps) / pi + 0.5) - floor(phase / pi + 0.5)

    def _bound(self, steps: int) -> float:
        """An upper bound on the distance from the minimum that decreases from step to step."""
        sizes = (np.abs(self.shares) * np.abs(self.roots) ** float(steps)).sum(-1)
        return float(np.linalg.norm(sizes))

    def _last_outside(self, allowed: float, before: int) -> int:
        """The last step before ``before`` after which the distance is more than ``allowed``."""
        while True:
            first = max(0, before - WINDOW)
            distances = np.linalg.norm(self.positions(first, before - first), axis=0)
            outside = np.flatnonzero(distances > allowed)
            if len(outside):
                return first + int(outside[-1])
            before = first
