"""The quantiles of a series as numbers."""

from __future__ import annotations

from refute.ledger import SeriesRecord, value


def rows(series: SeriesRecord) -> list[list[float]]:
    """The values at every level."""
    return [[value(number) for number in row] for row in series.quantiles]


def median(series: SeriesRecord) -> list[float]:
    """The quantile nearest to the middle."""
    nearest = min(range(len(series.levels)), key=lambda at: abs(series.levels[at] - 0.5))
    return [value(number) for number in series.quantiles[nearest]]


def points(series: SeriesRecord) -> list[tuple[float, float]]:
    """The median along x, from left to right."""
    return sorted(zip(map(value, series.x), median(series), strict=True))
