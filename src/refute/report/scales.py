"""Scales: where along an axis a number lies, and which round numbers to print there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

DECADES_FOR_LOG = 2
"""Positive numbers that span so many powers of ten are unreadable on a linear axis."""

NARROW = 5
"""A logarithmic axis that spans a smaller factor has too few powers: it takes any round numbers."""


@dataclass(frozen=True)
class Scale:
    """An axis from ``low`` to ``high``; places along it are percent of its length."""

    low: float
    high: float
    log: bool = False

    @classmethod
    def covering(
        cls, numbers: Iterable[float], *, log: bool = False, margin: float = 0.05
    ) -> Scale:
        """The axis that shows every finite number, and a little beyond.

        A logarithmic axis shows the positive ones only.
        """
        shown = [x for x in numbers if math.isfinite(x) and (x > 0 or not log)]
        if not shown:
            return cls(0.1, 10.0, log) if log else cls(-1.0, 1.0)
        low, high = min(shown), max(shown)
        if log:
            width = math.log(high / low) or math.log(4)
            return cls(low / math.exp(width * margin), high * math.exp(width * margin), log)
        width = (high - low) or abs(high) or 1.0
        return cls(low - width * margin, high + width * margin)

    def place(self, x: float) -> float:
        """Percent along the axis, to a tenth; ends for what lies beyond."""
        if self.log:
            if x <= 0:
                return 0.0
            share = math.inf if math.isinf(x) else math.log(x / self.low) / self._log_width
        else:
            share = (x - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 1)

    def contains(self, x: float) -> bool:
        return self.low <= x <= self.high

    def ticks(self, most: int = 6) -> list[float]:
        """Round numbers within the axis, at most ``most`` of them and at least one."""
        if self.log and self.high / self.low >= NARROW:
            return self._log_ticks(most)
        return self._linear_ticks(most)

    @property
    def _log_width(self) -> float:
        return math.log(self.high / self.low)

    def _log_ticks(self, most: int) -> list[float]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for mantissas in ((1, 2, 5), (1, 3), (1,)):
            ticks = [
                float(f"{mantissa}e{power}")
                for power in range(first, last + 1)
                for mantissa in mantissas
                if self.contains(float(f"{mantissa}e{power}"))
            ]
            if len(ticks) <= most:
                return ticks
        step = math.ceil(len(ticks) / most)
        return ticks[::step]

    def _linear_ticks(self, most: int) -> list[float]:
        power = 10.0 ** math.floor(math.log10((self.high - self.low) / most))
        for factor in (1, 2, 5, 10, 20):
            step = factor * power
            first, last = math.ceil(self.low / step), math.floor(self.high / step)
            if last - first < most:
                break
        # Multiples are taken in whole numbers, so that 3 steps of 0.1 are 0.3.
        return [float(f"{at * step:.15g}") for at in range(first, last + 1)]


def wants_log(numbers: Iterable[float], *, ratio: bool) -> bool:
    """Whether a logarithmic axis shows these best: positive ratios, or several decades."""
    shown = [x for x in numbers if math.isfinite(x)]
    if not shown or min(shown) <= 0:
        return False
    return ratio or math.log10(max(shown) / min(shown)) >= DECADES_FOR_LOG
