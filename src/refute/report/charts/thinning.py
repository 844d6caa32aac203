"""Thins recorded points to those that can be seen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def order_statistics(ascending: Sequence[float], most: int) -> list[float]:
    """At most ``most`` of the numbers, at even ranks: dense where they are dense."""
    last = len(ascending) - 1
    if last < most:
        return list(ascending)
    return [ascending[round(at * last / (most - 1))] for at in range(most)]


def evenly(places: Sequence[float], most: int) -> list[int]:
    """Indexes of at most ``most`` places, spread as evenly along the axis as they allow.

    ``places`` ascend; the first and the last are always kept.
    """
    if len(places) <= most:
        return list(range(len(places)))
    first, last = places[0], places[-1]
    kept = set()
    for at in range(most):
        wanted = first + (last - first) * at / (most - 1)
        right = min(bisect_left(places, wanted), len(places) - 1)
        left = max(right - 1, 0)
        kept.add(left if wanted - places[left] < places[right] - wanted else right)
    return sorted(kept | {0, len(places) - 1})


def quantile(ascending: Sequence[float], level: float) -> float:
    """The order statistic nearest to a level."""
    return ascending[round(level * (len(ascending) - 1))]


def straightened(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The corners of a line; every point left out lies within half a unit of it."""
    if len(points) < 3:
        return list(points)
    kept, start = [points[0]], 0
    for end in range(2, len(points)):
        if any(_off(points[start], points[at], points[end]) for at in range(start + 1, end)):
            start = end - 1
            kept.append(points[start])
    return [*kept, points[-1]]


def _off(first: tuple[int, int], middle: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether a point is more than half a unit above or below a line, or beside a steep one."""
    (ax, ay), (bx, by), (cx, cy) = first, middle, other
    long = max(abs(cx - ax), abs(cy - ay))
    return abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) > long / 2
