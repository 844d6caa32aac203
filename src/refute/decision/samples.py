"""What was measured for each replicate: a number, or bounds between which it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from refute.decision.regions import Edge

Values = NDArray[np.float64 | np.int64]

EXACT = 1 << 53
"""Every integer up to here is a float too."""


class MeasurementError(Exception):
    """A measurement that no decision may rest on: NaN, too few replicates, mixed units."""


@dataclass(frozen=True)
class Sample:
    """What is known about each replicate: it lies between ``lower`` and ``upper``.

    The two differ only if a run was stopped by its budget; it is then known as [cap, infinity).
    With ``per``, values are integer counts out of ``per`` (k of 360), and comparisons are exact.

    Values are arrays of one dimension: truth values, integers up to 2^53 or floats of up to 64
    bits, infinite ones included.  A float of fewer bits that is no whole number is taken as the
    shortest decimal that names it, as it is printed: ``float32(0.1)`` is 0.1, and at most 0.1.

    Raises:
        MeasurementError: a value is of another type or NaN, the bounds are out of order, counts are
            not integers, or ``per`` is not a positive one.
    """

    lower: Values
    upper: Values
    per: int | None = None

    def __post_init__(self) -> None:
        for bound in (self.lower, self.upper):
            _refuse_other_types(bound)
        if self.lower.shape != self.upper.shape or self.lower.ndim != 1:
            raise MeasurementError("a sample needs one lower and one upper bound per replicate")
        if self.per is not None and not _is_count(self.per):
            raise MeasurementError(f"counts are out of a positive integer, not of {self.per!r}")
        object.__setattr__(self, "lower", _widened(self.lower))
        object.__setattr__(self, "upper", _widened(self.upper))
        bad = np.isnan(self.lower) | np.isnan(self.upper)
        if bad.any():
            raise MeasurementError(f"replicate {int(np.argmax(bad))} measured NaN")
        if (self.lower > self.upper).any():
            raise MeasurementError("a lower bound lies above its upper bound")
        if self.per is not None and not self.integers:
            raise MeasurementError(f"counts out of {self.per} must be integers, not fractions")

    @classmethod
    def exactly(cls, values: Values, per: int | None = None) -> Sample:
        """A sample of replicates that were all measured to the end."""
        return cls(values, values, per)

    def __len__(self) -> int:
        return len(self.lower)

    def first(self, n: int) -> Sample:
        """The first ``n`` replicates; they are the same at every look."""
        return Sample(self.lower[:n], self.upper[:n], self.per)

    @property
    def capped(self) -> int:
        """How many replicates are known only by an interval."""
        return int((self.lower != self.upper).sum())

    @property
    def scale(self) -> int:
        return 1 if self.per is None else self.per

    @property
    def integers(self) -> bool:
        """Whether the values are integers, and so exact."""
        return self.lower.dtype == self.upper.dtype == np.int64

    def beside(self, edge: Edge) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which replicates surely, and which possibly, lie on the region's side of an edge."""
        at_lower, at_upper = (edge.admits(bound, self.per) for bound in (self.lower, self.upper))
        return at_lower & at_upper, at_lower | at_upper


def _is_count(per: object) -> bool:
    return isinstance(per, int | np.integer) and not isinstance(per, bool) and int(per) >= 1


def _refuse_other_types(values: object) -> None:
    if not isinstance(values, np.ndarray):
        raise MeasurementError(
            f"a sample is an array with one number per replicate, not a {type(values).__name__}"
        )
    if values.dtype.kind not in "biuf" or values.dtype.itemsize > 8:
        raise MeasurementError(
            f"a sample of {values.dtype}: record truth values, integers or floats of up to 64 bits"
        )
    if (
        values.dtype.kind in "iu"
        and values.size
        and max(-int(values.min()), int(values.max())) > EXACT
    ):
        raise MeasurementError(f"an integer beyond 2^53, which is {EXACT}: record floats")


def _widened(values: NDArray[Any]) -> Values:
    """Integers and truth values as 64-bit integers, so that no product overflows; else floats."""
    if values.dtype.kind in "biu":
        return values.astype(np.int64, copy=False)
    wide = values.astype(np.float64, copy=False)
    if values.dtype.itemsize == 8:
        return wide
    return np.where(wide == np.round(wide), wide, values.astype(np.str_).astype(np.float64))
