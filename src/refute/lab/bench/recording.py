"""Curves of a training run on a grid of steps, and what is read off them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from refute.decision.samples import Sample

Curves = NDArray[np.float64]

GROWTH = 1.1
"""Ratio of successive grid points, within the limits below."""

NARROWEST, WIDEST = 4, 50
"""Limits of the distance between grid points, in steps: an evaluation costs as much as two steps,
and wide gaps would miss late oscillations."""


def evaluation_steps(cap: int) -> NDArray[np.int64]:
    """Return the steps at which a run of ``cap`` steps is evaluated: 0, 4, 8, ..., ``cap``."""
    steps = [0]
    while (last := steps[-1]) < cap:
        wanted = ceil(last * GROWTH)
        steps.append(min(cap, max(last + NARROWEST, min(wanted, last + WIDEST))))
    return np.array(steps, dtype=np.int64)


@dataclass(frozen=True)
class Crossing:
    """The steps at which curves (R, points) fall to ``level``; NaN for those that never do.

    Between two evaluations, curves are interpolated: a loss falls exponentially, an error rate
    linearly.

    Args:
        level: the level to reach.
        in_log: whether to interpolate exponentially.
    """

    level: float
    in_log: bool = True

    def first(self, steps: NDArray[np.int64], curves: Curves) -> NDArray[np.float64]:
        """Return the first step at or below the level."""
        return self._at(steps, curves, _first_true(curves <= self.level))

    def last(self, steps: NDArray[np.int64], curves: Curves) -> NDArray[np.float64]:
        """Return the step after which a curve stays at or below the level up to its end."""
        above = ~(curves <= self.level)  # NaN counts as above
        points = curves.shape[1]
        after_last_above = points - _first_true(above[:, ::-1])
        after_last_above = np.where(above.any(axis=1), after_last_above, 0)
        return self._at(steps, curves, np.where(after_last_above < points, after_last_above, -1))

    def _at(
        self, steps: NDArray[np.int64], curves: Curves, index: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the crossing between points ``index - 1`` and ``index``; index -1 means none."""
        rows = np.arange(len(curves))
        here, before = np.maximum(index, 0), np.maximum(index - 1, 0)
        below, above = curves[rows, here], curves[rows, before]
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.in_log:
                share = np.log(above / self.level) / np.log(above / below)
            else:
                share = (above - self.level) / (above - below)
        share = np.where(np.isfinite(share), share, 1.0)  # the point before is infinite or equal
        crossing = steps[before] + share * (steps[here] - steps[before])
        return np.where(index < 0, np.nan, np.where(index == 0, steps[0], crossing))


def _first_true(rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the index of the first true value in each row, -1 if there is none."""
    return np.where(rows.any(axis=1), rows.argmax(axis=1), -1)


def arrivals(crossings: NDArray[np.float64], cap: int) -> Sample:
    """Make a sample of steps; a run that did not arrive (NaN) is known only as [cap, infinity)."""
    missing = np.isnan(crossings)
    return Sample(np.where(missing, float(cap), crossings), np.where(missing, np.inf, crossings))


def finite_or_beyond(values: NDArray[np.float64], at_least: NDArray[np.float64]) -> Sample:
    """Make a sample of values; NaN and infinity are known only as [at_least, infinity)."""
    lost = ~np.isfinite(values)
    return Sample(np.where(lost, at_least, values), np.where(lost, np.inf, values))


def largest_finite(curves: Curves) -> NDArray[np.float64]:
    """Return the largest finite value of each curve, 0 if there is none."""
    largest: NDArray[np.float64] = np.where(np.isfinite(curves), curves, 0.0).max(axis=1)
    return largest


def rise_after_minimum(curves: Curves) -> Sample:
    """Return the largest loss after a curve's minimum, divided by the minimum.

    It is 1 for a curve that does not rise again.  A curve that diverges after its minimum is known
    only as [largest finite ratio, infinity).
    """
    finite = np.where(np.isfinite(curves), curves, np.inf)
    at = finite.argmin(axis=1)
    minimum = finite[np.arange(len(curves)), at]
    later = np.arange(curves.shape[1]) >= at[:, None]
    lost = (later & ~np.isfinite(curves)).any(axis=1)
    largest = np.where(later & np.isfinite(curves), curves, 0.0).max(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(largest > 0, largest / minimum, 1.0)
    ratio = np.where(np.isfinite(ratio), ratio, np.finfo(np.float64).max)
    return Sample(ratio, np.where(lost, np.inf, ratio))
