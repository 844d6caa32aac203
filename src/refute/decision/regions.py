"""The regions of the real line that words stand for, and their edges."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isfinite
from numbers import Rational, Real
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # grading reads the words of links: it starts without numpy
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Region:
    """An interval of the real line named by words, for a median or for a proportion.

    ``low`` and ``high`` are exact fractions, ``None`` where the region has no edge there; a float
    is taken as the decimal that it is printed as.  An open edge does not belong to the region.

    Raises:
        TypeError: an edge is no number.
        ValueError: an edge is not finite, or nothing lies inside, or nothing outside.
    """

    words: str
    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    of: Literal["median", "proportion"] = "median"

    def __post_init__(self) -> None:
        for side in ("low", "high"):
            object.__setattr__(self, side, self._exact(getattr(self, side)))
        if self.low is None and self.high is None:
            raise ValueError(f"region {self.words!r} has no edge: nothing could fall outside it")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"region {self.words!r} is empty: {self.low} >= {self.high}")

    def _exact(self, edge: object) -> Fraction | None:
        if edge is None:
            return None
        if isinstance(edge, bool) or not isinstance(edge, Real):
            raise TypeError(
                f"region {self.words!r} has the edge {edge!r}: an edge is a number, such as "
                "Fraction(1, 10)"
            )
        if not isfinite(edge):
            raise ValueError(f"region {self.words!r} has the edge {edge}: leave an open end out")
        if isinstance(edge, Rational):
            return Fraction(int(edge.numerator), int(edge.denominator))
        return Fraction(str(float(edge)))

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The one or two edges, low before high."""
        low = () if self.low is None else (Edge(self.low, "low", self.low_open),)
        high = () if self.high is None else (Edge(self.high, "high", self.high_open),)
        return low + high


@dataclass(frozen=True)
class Edge:
    """One end of a region: the region lies above a ``low`` edge and below a ``high`` one."""

    value: Fraction
    side: Literal["low", "high"]
    open: bool = False

    def admits(
        self, values: NDArray[np.float64 | np.int64], per: int | None = None
    ) -> NDArray[np.bool_]:
        """Which values lie on the region's side of the edge, including ties if it is closed.

        Counts out of ``per`` are compared as integers, so that rounding never decides a tie: k of
        360 reaches 1/20 from k = 18 on.  Other values are compared with the float nearest to the
        edge; a ratio of two integers that equals the edge is rounded to the same float.
        """
        at_least: float | int
        at_most: float | int
        if per is None:
            at_least = at_most = float(self.value)
        else:
            at_least, at_most = ceil(self.value * per), floor(self.value * per)
        if self.side == "low":
            return values > at_most if self.open else values >= at_least
        return values < at_least if self.open else values <= at_most
