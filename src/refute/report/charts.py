"""Charts as numbers: places in percent and path data, for the templates to print as SVG.

No chart library fits: those that draw without a browser bring their own styles (which the page's
security policy forbids and its colours cannot reach) or tens of megabytes.  What is needed is
small: an interval against a region, a band, bars.

Horizontal places are percent, so that a chart fills any width while its text keeps its size.
Paths live in a box of ``PATH_WIDTH`` by ``PATH_HEIGHT`` that is stretched to the chart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from refute.evidence_text import number_in_words, region_in_words
from refute.ledger import Measured, Number, ReadingRecord, RegionRecord, SeriesRecord, value
from refute.report.scales import Scale, wants_log

PATH_WIDTH, PATH_HEIGHT = 600, 100
MOST_MARKS = 64
"""Replicates drawn in a strip; of more, evenly spaced order statistics."""
MOST_POINTS = 24
"""Points of a curve; more than a chart a hand wide can show."""

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Tick:
    """A labelled place along an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Strip:
    """One measured reading on the scale of its panel.

    ``low`` and ``high`` end the interval; ``unbounded`` where it goes on for ever.  ``marks`` is
    the path of the replicates, ``left`` and ``right`` how many of them lie beyond the axis.
    """

    low: float
    high: float
    estimate: float
    unbounded: bool
    marks: str
    left: int
    right: int


@dataclass(frozen=True)
class Panel:
    """Readings and controls measured against one region, on one scale."""

    region: str
    shade: tuple[float, float]
    edges: tuple[float, ...]
    ticks: tuple[Tick, ...]
    log: bool
    strips: tuple[Strip, ...]
    of: Literal["median", "proportion"]


@dataclass(frozen=True)
class Picture:
    """A series as a chart: a median line with a band, or bars.

    ``zero`` is the path of the bar that holds zero, ``grid`` that of a line at each tick of y.
    """

    name: str
    kind: Literal["curve", "layers", "histogram"]
    x_label: str
    y_label: str
    band: str
    line: str
    zero: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    grid: str
    log_y: bool
    share: str
    summary: str


def panel(readings: Sequence[ReadingRecord]) -> Panel:
    """Draw measured readings of one region on the scale that shows them all."""
    measured = [_measured(one) for one in readings]
    region = measured[0].region
    scale = _scale(measured, region)
    edges = [edge for edge in (region.low, region.high) if edge is not None]
    left = 0.0 if region.low is None else scale.place(region.low)
    right = 100.0 if region.high is None else scale.place(region.high)
    return Panel(
        region=region_in_words(region),
        shade=(left, round(right - left, 2)),
        edges=tuple(map(scale.place, edges)),
        ticks=_ticks(scale),
        log=scale.log,
        strips=tuple(_strip(one, scale) for one in measured),
        of=region.of,
    )


def picture(series: SeriesRecord) -> Picture | None:
    """Draw a series, or nothing where it has no points."""
    levels = np.argsort(series.levels)
    if not len(levels) or len(series.x) < 2 or any(not one for one in series.quantiles):
        return None
    if any(len(one) != len(series.x) for one in series.quantiles):
        return None
    middle = int(np.argmin([abs(level - 0.5) for level in series.levels]))
    lowest, highest = int(levels[0]), int(levels[-1])
    x = [value(one) for one in series.x]
    low, mid, high = (
        [value(one) for one in series.quantiles[at]] for at in (lowest, middle, highest)
    )
    bars = series.kind == "histogram"
    log_x = series.kind == "curve" and wants_log(x, ratio=False)
    half = (x[1] - x[0]) / 2 if bars else 0.0
    across = Scale.covering([x[0] - half, x[-1] + half], log=log_x, margin=0.0)
    up = Scale.covering(
        [*low, *mid, *high, *([0.0] if bars else [])], log=series.log_y and not bars, margin=0.04
    )
    keep = _evenly([across.place(one) for one in x], MOST_POINTS) if not bars else range(len(x))
    points = [(across.place(x[at]), up.place(low[at]), up.place(high[at])) for at in keep]
    centre = [(across.place(x[at]), up.place(mid[at])) for at in keep]
    zero = ""
    if bars:
        floor = up.place(0.0)
        holding = [at for at in keep if x[at] - half <= 0 < x[at] + half]
        line = "".join(_bar(x[at] - half, x[at] + half, mid[at], across, up, floor) for at in keep)
        zero = "".join(
            _bar(x[at] - half, x[at] + half, mid[at], across, up, floor) for at in holding
        )
        band = ""
    else:
        line = _path(centre)
        upper = [(at, top) for at, _, top in points]
        lower = [(at, bottom) for at, bottom, _ in reversed(points)]
        band = _path([*upper, *lower], closed=True)
    share = series.levels[highest] - series.levels[lowest]
    return Picture(
        name=series.name,
        kind=series.kind,
        x_label=series.x_label,
        y_label=series.y_label,
        band=band,
        line=line,
        zero=zero,
        x_ticks=_ticks(across, most=5),
        y_ticks=tuple(Tick(_flipped(tick.at), tick.label) for tick in _ticks(up, most=4)),
        grid="".join(f"M0 {_y(tick.at)}h{PATH_WIDTH}" for tick in _ticks(up, most=4)),
        log_y=up.log,
        share=f"{share:.0%}",
        summary=_summary(series, mid),
    )


def _scale(measured: Sequence[Measured], region: RegionRecord) -> Scale:
    if region.of == "proportion":
        return Scale(0.0, 1.0)
    must = [edge for edge in (region.low, region.high) if edge is not None]
    for one in measured:
        must += [value(one.low), value(one.high), value(one.estimate)]
    # The outermost replicates may be far away; they are counted at the end of the axis instead.
    for one in measured:
        lower = [_bounds(replicate)[0] for replicate in one.values]
        finite = [x for x in lower if math.isfinite(x)]
        if finite:
            must += [float(x) for x in np.quantile(finite, [0.05, 0.95])]
    ratio = any(" / " in one.quantity for one in measured)
    return Scale.covering(must, log=wants_log(must, ratio=ratio), margin=0.08)


def _strip(measured: Measured, scale: Scale) -> Strip:
    lower = sorted(_bounds(replicate)[0] for replicate in measured.values)
    shown = [x for x in lower if scale.contains(x)]
    if measured.region.of == "proportion":
        shown = []  # only zeros and ones: the count says it
    return Strip(
        low=scale.place(value(measured.low)),
        high=scale.place(value(measured.high)),
        estimate=scale.place(value(measured.estimate)),
        unbounded=math.isinf(value(measured.high)),
        marks=_marks([scale.place(x) for x in shown]),
        left=sum(x < scale.low for x in lower),
        right=sum(x > scale.high for x in lower),
    )


def _marks(places: Sequence[float]) -> str:
    """Short vertical strokes, each drawn once, as relative moves."""
    columns = sorted({round(place * PATH_WIDTH / 100) for place in places})
    if len(columns) > MOST_MARKS:
        columns = [columns[at] for at in _evenly(range(len(columns)), MOST_MARKS)]
    path, at = "", 0
    for column in columns:
        path += f"m{column - at}-8v8" if path else f"M{column} 0v8"
        at = column
    return path


def _bar(left: float, right: float, height: float, across: Scale, up: Scale, floor: float) -> str:
    x0, x1 = _x(across.place(left)), _x(across.place(right))
    y0, y1 = _y(floor), _y(up.place(height))
    return f"M{x0} {y0}V{y1}H{x1}V{y0}z" if y0 != y1 and x0 != x1 else ""


def _path(points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """A polygonal line in whole units; relative, because that is shortest."""
    path, at_x, at_y = "", 0, 0
    for place_x, place_y in points:
        x, y = _x(place_x), _y(place_y)
        if path:
            step = f"{x - at_x}{'' if y < at_y else ' '}{y - at_y}"
            path += step if step.startswith("-") or path.endswith("l") else f" {step}"
        else:
            path = f"M{x} {y}l"
        at_x, at_y = x, y
    return path.removesuffix("l") + ("z" if closed else "")


def _x(place: float) -> int:
    return round(place * PATH_WIDTH / 100)


def _y(place: float) -> int:
    return round(PATH_HEIGHT - place * PATH_HEIGHT / 100)


def _evenly(places: Sequence[float], most: int) -> list[int]:
    """Indexes of at most ``most`` places, spread as evenly along the axis as they allow.

    ``places`` ascend; the first and the last are always kept.
    """
    if len(places) <= most:
        return list(range(len(places)))
    wanted = np.linspace(places[0], places[-1], most)
    return sorted({int(np.abs(np.asarray(places) - one).argmin()) for one in wanted})


def _ticks(scale: Scale, most: int = 6) -> tuple[Tick, ...]:
    return tuple(Tick(scale.place(x), _tick_label(x)) for x in scale.ticks(most))


def _flipped(place: float) -> float:
    """Percent from the top, as SVG counts."""
    return round(100 - place, 1)


def _tick_label(x: float) -> str:
    """As short as a tick must be: ``0.02``, ``10⁻⁴``, ``2·10⁶``."""
    if x == 0 or 1e-3 <= abs(x) < 1e5:
        return f"{x:.10g}".replace("-", "−")
    mantissa, exponent = f"{x:.0e}".split("e")
    power = "10" + str(int(exponent)).translate(_RAISED)
    return power if mantissa == "1" else f"{mantissa}·{power}".replace("-", "−")


def _summary(series: SeriesRecord, median: Sequence[float]) -> str:
    """The chart in a sentence, for those who cannot see it."""
    return (
        f"{series.name}: median {series.y_label} by {series.x_label}, "
        f"{number_in_words(median[0])} at {number_in_words(series.x[0])}, "
        f"{number_in_words(median[-1])} at {number_in_words(series.x[-1])}"
    )


def _measured(reading: ReadingRecord) -> Measured:
    assert isinstance(reading.evidence, Measured)
    return reading.evidence


def _bounds(replicate: Number | list[Number]) -> tuple[float, float]:
    if isinstance(replicate, list):
        return value(replicate[0]), value(replicate[-1])
    return value(replicate), value(replicate)
