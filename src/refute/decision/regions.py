"""The regions of the real line that words stand for, and their edges."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isfinite
from numbers import Rational, Real
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # grading reads the words of links: it starts without numpy
    import numpy as np
    from numpy.typing import NDArray

Statistic = Literal["median", "proportion"]
Side = Literal["low", "high"]

LARGEST = Fraction(sys.float_info.max)
"""An edge is compared with floats."""


@dataclass(frozen=True)
class Region:
    """An interval of the real line named by words, for a median or for a proportion.

    ``low`` and ``high`` are exact fractions, ``None`` where the region has no edge there; a float
    is taken as the decimal that it is printed as.  An open edge does not belong to the region.

    Raises:
        TypeError: the words are no text, an edge is no number, or ``low_open`` or ``high_open`` no
            truth value.
        ValueError: there are no words, ``of`` is unknown, an edge is not finite or larger than any
            float, or nothing lies inside, or nothing outside.
    """

    words: str
    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    of: Statistic = "median"

    def __post_init__(self) -> None:
        self._refuse_misnamed()
        for side in ("low", "high"):
            object.__setattr__(self, side, self._exact(getattr(self, side)))
        if self.low is None and self.high is None:
            raise ValueError(f"region {self.words!r} has no edge: nothing could fall outside it")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"region {self.words!r} is empty: {self.low} >= {self.high}")

    def _refuse_misnamed(self) -> None:
        if not isinstance(self.words, str):
            raise TypeError(f"a region has the words {self.words!r}: give a text, such as 'slower'")
        if not self.words.strip():
            raise ValueError("a region without words: say in a few what it stands for")
        if self.of not in ("median", "proportion"):
            raise ValueError(f"region {self.words!r} is of {self.of!r}: write median or proportion")
        for name in ("low_open", "high_open"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(
                    f"region {self.words!r} has {name}={getattr(self, name)!r}: write True or False"
                )

    def _exact(self, edge: object) -> Fraction | None:
        if edge is None:
            return None
        exact = exact_number(edge)
        if exact is None:
            raise TypeError(
                f"region {self.words!r} has the edge {edge!r}: an edge is a number, such as "
                "Fraction(1, 10)"
            )
        if not isinstance(exact, Fraction):
            raise ValueError(f"region {self.words!r} has the edge {exact}: leave an open end out")
        if abs(exact) > LARGEST:
            raise ValueError(f"region {self.words!r} has the edge {exact}: no float is as large")
        return exact

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The one or two edges, low before high."""
        return edges_between(self.low, self.high, self.low_open, self.high_open)


def exact_number(value: object) -> Fraction | float | None:
    """Return a number as a fraction, a float being the decimal that it is printed as.

    NaN and the infinities are returned as floats, and what is no number (texts, truth values,
    decimals) as ``None``.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return Fraction(str(value)) if isfinite(value) else float(value)


@dataclass(frozen=True)
class Edge:
    """One end of a region: the region lies above a ``low`` edge and below a ``high`` one."""

    value: Fraction
    side: Side
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


def edges_between(
    low: Fraction | None, high: Fraction | None, low_open: bool, high_open: bool
) -> tuple[Edge, ...]:
    """Return the edges of a region, low before high, without an end that is ``None``."""
    first = () if low is None else (Edge(low, "low", low_open),)
    second = () if high is None else (Edge(high, "high", high_open),)
    return first + second
