"""Quantile bands over replicates: training curves, and statistics layer by layer.

The line is the median; the darker band holds the middle half of the replicates, the lighter one
the middle eight of ten.
"""

from __future__ import annotations

from collections.abc import Sequence

from refute.evidence_text import number_in_words
from refute.ledger import SeriesRecord, value
from refute.report.charts.arms import Bundle
from refute.report.charts.figure import Figure
from refute.report.charts.frame import Frame, frame
from refute.report.charts.svg import polygon
from refute.report.charts.thinning import evenly, straightened
from refute.report.scales import Scale, wants_log

MOST_POINTS = 24
"""Points of a curve; more than a chart a hand wide can show."""

FEWER_POINTS = 16
"""Where there are more than two arms."""

CROWDED = 3
"""From so many arms on only the band of the middle half is drawn."""


def bands(bundle: Bundle, id: str) -> Figure:
    """The arms of one picture as medians with bands."""
    first = bundle[0].series
    every = [one.series for one in bundle]
    x = [value(one) for series in every for one in series.x]
    y = [value(one) for series in every for row in _shown(series, len(bundle)) for one in row]
    across = Scale.covering(x, log=first.kind == "curve" and wants_log(x, ratio=False), margin=0.0)
    up = Scale.covering(y, log=first.log_y or wants_log(y, ratio=False), margin=0.04)
    caption = _finding(bundle)
    title = f"{first.name} by {first.x_label}"
    names = [one.label for one in bundle] if len(bundle) > 1 else []
    plot = frame(id, title, caption, across, up, first.x_label, names)
    most = MOST_POINTS if len(bundle) < CROWDED else FEWER_POINTS
    for at, series in enumerate(every, start=1):
        _draw(plot, series, at, most, len(bundle))
    how = f"{first.y_label or first.name}{' (logarithmic)' if up.log else ''}"
    return Figure.of(bundle, plot.svg, f"{_capital(how)} by {first.x_label}: {caption}", id)


def _draw(plot: Frame, series: SeriesRecord, arm: int, most: int, arms: int) -> None:
    x = [value(one) for one in series.x]
    order = sorted(range(len(x)), key=x.__getitem__)
    kept = evenly([plot.across.place(x[at]) for at in order], most)
    columns = [order[at] for at in kept]

    def line(row: Sequence[float], *, back: bool = False) -> list[tuple[int, int]]:
        points = straightened([plot.point(x[at], row[at]) for at in columns])
        return points[::-1] if back else points

    rows = _rows(series)
    for css, low, high in _pairs(series, arms):
        area = [*line(rows[high]), *line(rows[low], back=True)]
        plot.draw(f"{css} a{arm}", polygon(area, closed=True))
    plot.draw(f"line a{arm}", polygon(line(median(series))))


def _pairs(series: SeriesRecord, arms: int) -> list[tuple[str, int, int]]:
    """The bands to draw, the widest first: levels that lie as far below the median as above."""
    order = sorted(range(len(series.levels)), key=series.levels.__getitem__)
    pairs = [(order[at], order[-1 - at]) for at in range(len(order) // 2)]
    named = [("outer" if at == 0 else "inner", low, high) for at, (low, high) in enumerate(pairs)]
    if len(named) == 1:
        named = [("inner", *pairs[0])]
    return named[-1:] if arms >= CROWDED else named


def _shown(series: SeriesRecord, arms: int) -> list[list[float]]:
    rows = _rows(series)
    return [rows[at] for _, low, high in _pairs(series, arms) for at in (low, high)] + [
        median(series)
    ]


def _rows(series: SeriesRecord) -> list[list[float]]:
    return [[value(one) for one in row] for row in series.quantiles]


def median(series: SeriesRecord) -> list[float]:
    """The quantile nearest to the middle."""
    nearest = min(range(len(series.levels)), key=lambda at: abs(series.levels[at] - 0.5))
    return [value(one) for one in series.quantiles[nearest]]


def _finding(bundle: Bundle) -> str:
    """Where the medians are at the last x that all arms have; of layers, first and last."""
    if bundle[0].series.kind == "layers":
        return _by_layer(bundle)
    last = min(max(value(one) for one in arm.series.x) for arm in bundle)
    ends = []
    for arm in bundle:
        x = [value(one) for one in arm.series.x]
        at = min(range(len(x)), key=lambda at: abs(x[at] - last))
        ends.append(number_in_words(median(arm.series)[at]) + _called(arm.label, bundle))
    where = f"{bundle[0].series.x_label} {number_in_words(last)}"
    return f"median {_listed(ends)} at {where}."


def _by_layer(bundle: Bundle) -> str:
    ways = []
    for arm in bundle:
        line = median(arm.series)
        first, last = number_in_words(line[0]), number_in_words(line[-1])
        way = f"{first} throughout" if first == last else f"from {first} to {last}"
        ways.append(way + _called(arm.label, bundle))
    ends = [number_in_words(max(arm.series.x, key=value)) for arm in bundle]
    until = f"layer {ends[0]}" if len(set(ends)) == 1 else "the last layer"
    return f"median by {until} {_listed(ways)}."


def _called(label: str, bundle: Bundle) -> str:
    return f" {label if label.startswith(('with', 'in ', 'at ')) else f'({label})'}" * (
        len(bundle) > 1
    )


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
