"""What curves show, in words: the comparison that a reader would make with a ruler."""

from __future__ import annotations

import math

from refute.prose.numbers import number_in_words
from refute.report.charts.arms import Arm, Bundle
from refute.report.charts.medians import points

SAME = 1.005
"""Numbers of steps that differ by less than this factor count as equal."""

CLOSE = 0.1
"""A curve that loses more than this share of its gain again has not arrived anywhere."""

COMPARABLE = 0.5
"""An arm that gains less than this share of another's gain is not compared with it by steps."""


def by_step(bundle: Bundle) -> str:
    """After how many steps the arms' medians reach a level that all of them reach.

    For a single arm, or arms that cannot be compared so, the medians at the end instead.
    """
    ways = [points(arm.series) for arm in bundle]
    sign = next((sign for sign in (1, -1) if all(_goes(way, sign) for way in ways)), 0)
    gains = [abs(way[-1][1] - way[0][1]) for way in ways]
    if len(bundle) == 1 or not sign or min(gains) < COMPARABLE * max(gains):
        return _at_the_end(bundle)
    level = sign * min(max(sign * y for _, y in way) for way in ways)
    arrivals = [_arrival(way, level, sign) for way in ways]
    if not all(map(math.isfinite, [level, *arrivals])) or not any(arrivals):
        return _at_the_end(bundle)
    when = ", ".join(
        f"{_where(x, arm)}{named(arm, bundle)}" for x, arm in zip(arrivals, bundle, strict=True)
    )
    return f"the median reaches {number_in_words(level)} {when}{_times(arrivals, bundle)}."


def by_layer(bundle: Bundle) -> str:
    """Each arm's median in the first layer and in the last."""
    ways = []
    for arm in bundle:
        way = points(arm.series)
        first, last = number_in_words(way[0][1]), number_in_words(way[-1][1])
        ways.append((first if first == last else f"{first} → {last}") + named(arm, bundle))
    return f"the median from the first layer to the last: {', '.join(ways)}."


def named(arm: Arm, bundle: Bundle) -> str:
    """An arm's label, to follow its number; one with a preposition needs no brackets."""
    if len(bundle) == 1:
        return ""
    if arm.label.startswith(("with ", "without ", "in ", "at ", "after ")):
        return f" {arm.label}"
    return f" ({arm.label})"


def _goes(way: list[tuple[float, float]], sign: int) -> bool:
    """Whether a curve goes up (1) or down (-1), and ends close to its best."""
    first, last = sign * way[0][1], sign * way[-1][1]
    best = max(sign * y for _, y in way)
    return last > first and best - last <= CLOSE * (best - first)


def _arrival(way: list[tuple[float, float]], level: float, sign: int) -> float:
    """The first x at which the straight lines between points are at a level."""
    before: tuple[float, float] | None = None
    for x, y in way:
        if sign * y >= sign * level:
            if before is None or y == before[1] or not math.isfinite(before[1]):
                return x
            return before[0] + (x - before[0]) * (level - before[1]) / (y - before[1])
        before = x, y
    return math.inf


def _times(arrivals: list[float], bundle: Bundle) -> str:
    """How many times as many steps the slower of two needs."""
    least, most = min(arrivals), max(arrivals)
    if len(bundle) != 2 or least <= 0:
        return ""
    if most / least < SAME:
        return ": as many"
    return f": {number_in_words(most / least)} times as many"


def _at_the_end(bundle: Bundle) -> str:
    last = min(points(arm.series)[-1][0] for arm in bundle)
    ends = []
    for arm in bundle:
        _, y = min(points(arm.series), key=lambda point: abs(point[0] - last))
        ends.append(number_in_words(y) + named(arm, bundle))
    return f"the median is {', '.join(ends)} {_where(last, bundle[0])}."


def _where(x: float, arm: Arm) -> str:
    label = arm.series.x_label
    number = f"{x:.0f}" if 10 <= abs(x) < 1e6 else number_in_words(x)
    return f"after {number} {label}" if label.endswith("s") else f"at {label} {number}"
