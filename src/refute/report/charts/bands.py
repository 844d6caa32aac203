"""Quantile bands over replicates, for training curves and statistics by layer.

The line is the median; the darker band holds the middle half of the replicates, the lighter one
the middle eight of ten.
"""

from __future__ import annotations

from collections.abc import Sequence

from refute.ledger import SeriesRecord, value
from refute.prose.text import capitalized
from refute.report.charts.arms import Bundle
from refute.report.charts.captions import by_layer, by_step
from refute.report.charts.figure import Figure
from refute.report.charts.frame import Frame, Grid, frame
from refute.report.charts.medians import median, rows
from refute.report.charts.svg import polygon
from refute.report.charts.thinning import evenly, straightened
from refute.report.scales import Scale, wants_log

MOST_POINTS = 16
"""The most points of a curve; a small chart cannot show more."""

FEWER_POINTS = 12
"""The most points if there are ``CROWDED`` arms or more."""

CROWDED = 3
"""With this many arms, only the band of the middle half is drawn."""


def bands(bundle: Bundle, id: str) -> Figure:
    """The arms of one picture as medians with bands."""
    first = bundle[0].series
    every = [arm.series for arm in bundle]
    x = [value(x) for series in every for x in series.x]
    y = [y for series in every for row in _shown(series, len(bundle)) for y in row]
    log_x = first.kind == "curve" and wants_log(x, ratio=False)
    grid = Grid(
        Scale.covering(x, log=log_x, margin=0.0),
        Scale.covering(y, log=first.log_y or wants_log(y, ratio=False), margin=0.04),
    )
    said = by_layer(bundle) if first.kind == "layers" else by_step(bundle)
    title = f"{first.name} by {first.x_label}"
    names = [arm.label for arm in bundle] if len(bundle) > 1 else []
    columns = [_columns(series, grid, len(bundle)) for series in every]
    medians = [
        _line(series, median(series), kept, grid)
        for series, kept in zip(every, columns, strict=True)
    ]
    plot = frame(id, title, grid, first.x_label, names, medians if names else [])
    for arm, (series, kept) in enumerate(zip(every, columns, strict=True), start=1):
        _draw(plot, grid, series, kept, arm, len(bundle))
    what = capitalized(first.name if first.kind == "layers" else first.y_label or first.name)
    axis = " (logarithmic axis)" if grid.up.log else ""
    bands_drawn = _pairs(every[0], len(bundle))
    return Figure.of(bundle, plot.svg, f"{what}{axis}: {said}", id, _note(every[0], bands_drawn))


def _columns(series: SeriesRecord, grid: Grid, arms: int) -> list[int]:
    """Which points of a series are drawn, from left to right."""
    x = [value(x) for x in series.x]
    order = sorted(range(len(x)), key=x.__getitem__)
    most = MOST_POINTS if arms < CROWDED else FEWER_POINTS
    return [order[at] for at in evenly([grid.across.place(x[at]) for at in order], most)]


def _line(
    series: SeriesRecord, row: Sequence[float], columns: Sequence[int], grid: Grid
) -> list[tuple[int, int]]:
    return straightened([grid.point(value(series.x[at]), row[at]) for at in columns])


def _draw(
    plot: Frame, grid: Grid, series: SeriesRecord, columns: Sequence[int], arm: int, arms: int
) -> None:
    quantiles = rows(series)
    for css, low, high in _pairs(series, arms):
        upper, lower = (_line(series, quantiles[at], columns, grid) for at in (high, low))
        plot.draw(f"{css} a{arm}", polygon([*upper, *reversed(lower)], closed=True))
    plot.draw(f"line a{arm}", polygon(_line(series, median(series), columns, grid)))


def _pairs(series: SeriesRecord, arms: int) -> list[tuple[str, int, int]]:
    """The bands to draw, the widest first: levels that lie as far below the median as above."""
    order = sorted(range(len(series.levels)), key=series.levels.__getitem__)
    pairs = [(order[at], order[-1 - at]) for at in range(len(order) // 2)]
    if len(pairs) == 1 or arms >= CROWDED:
        return [("inner", *pair) for pair in pairs[-1:]]
    return [("outer" if at == 0 else "inner", *pair) for at, pair in enumerate(pairs)]


def _shown(series: SeriesRecord, arms: int) -> list[list[float]]:
    quantiles = rows(series)
    drawn = [quantiles[at] for _, low, high in _pairs(series, arms) for at in (low, high)]
    return [*drawn, median(series)]


def _note(series: SeriesRecord, pairs: Sequence[tuple[str, int, int]]) -> str:
    """What the bands hold."""
    shares = [f"{series.levels[high] - series.levels[low]:.0%}" for _, low, high in pairs]
    return f"Bands contain {' and '.join(reversed(shares))} of" if shares else "Medians of"
