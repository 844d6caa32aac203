"""Scales: where numbers lie along an axis, and which round numbers to print there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

DECADES_FOR_LOG = 2
"""Positive numbers that span this many powers of ten need a logarithmic axis."""

DECADES_FOR_BOTH = 3
"""The same if zero or negative numbers are among them."""

LEAST, MOST = 1e-300, 1e300
"""Sizes beyond which arithmetic overflows; numbers outside are drawn at the end of the axis."""

FINEST = 1e-9
"""An axis is no narrower than this share of its numbers: the ledger keeps nine digits."""

NARROW = 5
"""A logarithmic axis that spans a smaller factor has too few powers, so any round numbers do."""


_FURTHEST = math.log(MOST)


@dataclass(frozen=True)
class Scale:
    """An axis from ``low`` to ``high``; places along it are percentages of its length.

    Logarithmic with ``log``.  With ``unit``, linear up to about that distance from zero and
    logarithmic beyond it: for counts and differences that span decades and include zero.
    """

    low: float
    high: float
    log: bool = False
    unit: float | None = None

    @classmethod
    def covering(
        cls,
        numbers: Iterable[float],
        *,
        log: bool = False,
        unit: float | None = None,
        margin: float = 0.05,
    ) -> Scale:
        """The axis that shows every finite number (every positive one, if logarithmic)."""
        shown = [_held(x, log) for x in numbers if math.isfinite(x) and (x > 0 or not log)]
        if not shown:
            return cls(0.1, 10.0, log) if log else cls(-1.0, 1.0)
        axis = cls(min(shown), max(shown), log, None if unit is None else max(unit, LEAST))
        low, high = axis._along(axis.low), axis._along(axis.high)
        width = (high - low) or (math.log(4) if log else abs(high) or 1.0)
        return replace(
            axis,
            low=_held(axis._back(low - width * margin), log),
            high=_held(axis._back(high + width * margin), log),
        )._with_a_width()

    def place(self, x: float) -> float:
        """Percent along the axis, to a tenth; numbers beyond an end are put there."""
        if self.log and x <= 0:
            return 0.0
        if not self.low < x < self.high:
            return 100.0 if x >= self.high else 0.0
        low, high = self._ends
        share = (self._along(x) - low) / (high - low)
        return round(100 * min(max(share, 0.0), 1.0), 1)

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """The ends of the axis, as ``_along`` measures: a page asks for 100,000 places."""
        return self._along(self.low), self._along(self.high)

    def contains(self, x: float) -> bool:
        return self.low <= x <= self.high

    def ticks(self, most: int = 6) -> list[float]:
        """Round numbers within the axis, at most ``most`` of them and at least one."""
        if self.unit is not None:
            return self._both_ticks(most)
        if self.log and self.high / self.low >= NARROW:
            return self._log_ticks(most)
        return self._linear_ticks(most)

    def _along(self, x: float) -> float:
        if self.unit is not None:
            return math.asinh(x / max(self.unit, abs(x) / MOST))
        return math.log(x) if self.log else x

    def _back(self, along: float) -> float:
        if self.unit is not None:
            return math.sinh(max(-_FURTHEST, min(along, _FURTHEST))) * self.unit
        return math.exp(max(-_FURTHEST, min(along, _FURTHEST))) if self.log else along

    def _with_a_width(self) -> Scale:
        """The axis, or a wider one if it is too narrow to draw, as around a single number."""
        largest = max(abs(self.low), abs(self.high))
        if self.high - self.low > max(FINEST * largest, LEAST):
            return self
        if self.log:
            return Scale(self.low / 2, self.high * 2, log=True)
        reach = largest / 2 if largest > LEAST else 1.0
        return Scale(self.low - reach, self.high + reach, unit=self.unit)

    def _both_ticks(self, most: int) -> list[float]:
        """Zero and powers of ten to either side, as many as fit."""
        assert self.unit is not None
        first = math.ceil(math.log10(self.unit) - 1e-9)
        last = math.floor(math.log10(max(-self.low, self.high)))
        for step in range(1, max(last - first, 1) + 2):
            powers = [10.0**power for power in range(last, first - 1, -step)]
            sides = [-x for x in powers], [0.0], sorted(powers)
            found = [x for side in sides for x in side if self.contains(x)]
            if len(found) <= most:
                break
        return found or self._linear_ticks(most)

    def _log_ticks(self, most: int) -> list[float]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for mantissas in ((1, 1.5, 2, 3, 4, 5, 7), (1, 2, 3, 5), (1, 2, 5), (1, 3), (1,)):
            ticks = [
                float(f"{mantissa}e{power}")
                for power in range(first, last + 1)
                for mantissa in mantissas
                if self.contains(float(f"{mantissa}e{power}"))
            ]
            if len(ticks) <= most:
                return ticks
        # If even the powers of ten are too many, take those with round exponents.
        for step in (2, 5, 10, 20, 50, 100, 200):
            ticks = [
                float(f"1e{power}")
                for power in range(step * math.ceil(first / step), last + 1, step)
                if self.contains(float(f"1e{power}"))
            ]
            if len(ticks) <= most:
                break
        return ticks

    def _linear_ticks(self, most: int) -> list[float]:
        power = 10.0 ** math.floor(math.log10((self.high - self.low) / most))
        for factor in (1, 2, 5, 10, 20):
            step = factor * power
            first, last = math.ceil(self.low / step), math.floor(self.high / step)
            if last - first < most:
                break
        # Multiples of integers, so that 3 steps of 0.1 are 0.3.
        found = [float(f"{at * step:.15g}") for at in range(first, last + 1)]
        return [x for x in found if self.contains(x)] or [self.low]


def wants_log(numbers: Iterable[float], *, ratio: bool) -> bool:
    """Whether a logarithmic axis suits them: positive ratios, or numbers that span decades."""
    shown = [x for x in numbers if math.isfinite(x)]
    if not shown or min(shown) <= 0:
        return False
    return ratio or math.log10(max(shown) / min(shown)) >= DECADES_FOR_LOG


def unit_near_zero(numbers: Iterable[float], edges: Iterable[float]) -> float | None:
    """The distance from zero up to which an otherwise logarithmic axis is linear, to show zero.

    This is the smallest edge (or 1 if the only edge is zero), so that numbers on its two sides can
    be distinguished.  ``None`` if a plain axis shows the numbers as well.
    """
    shown = [abs(x) for x in numbers if math.isfinite(x)]
    unit = min((abs(edge) for edge in edges if edge != 0), default=1.0)
    if not shown or max(shown) / unit < 10**DECADES_FOR_BOTH:
        return None
    return unit


def _held(x: float, log: bool) -> float:
    """The number, or the nearest one that an axis can reach."""
    if log:
        return max(LEAST, min(x, MOST))
    return max(-MOST, min(x, MOST)) if abs(x) > LEAST else 0.0
