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
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from refute.evidence_text import number_in_words, region_in_words
from refute.ledger import Measured, Number, ReadingRecord, RegionRecord, SeriesRecord, value
from refute.report.scales import Scale, unit_near_zero, wants_log

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
    scale: str
    strips: tuple[Strip, ...]
    of: Literal["median", "proportion"]


@dataclass(frozen=True)
class Picture:
    """A series as a chart: a median line with a band, or bars.

    ``zero`` is the path of the bar that holds zero, ``grid`` that of a line at each tick of y.
    """

    name: str
    kind: str
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
        scale=_scale_in_words(scale),
        strips=tuple(_strip(one, scale) for one in measured),
        of=region.of,
    )


def picture(series: SeriesRecord) -> Picture | None:
    """Draw a series, or nothing where it has fewer than two points."""
    lengths = {len(one) for one in series.quantiles} | {len(series.x)}
    if series.kind not in ("curve", "layers", "histogram"):
        return None
    if not series.levels or len(series.levels) != len(series.quantiles):
        return None
    if len(lengths) > 1 or len(series.x) < 2:
        return None
    return _histogram(series) if series.kind == "histogram" else _curve(series)


def _curve(series: SeriesRecord) -> Picture:
    """The median, and the band between the outermost quantiles."""
    lowest, highest = int(np.argmin(series.levels)), int(np.argmax(series.levels))
    x = [value(one) for one in series.x]
    low, high = ([value(one) for one in series.quantiles[level]] for level in (lowest, highest))
    middle = _median(series)
    log_x = series.kind == "curve" and wants_log(x, ratio=False)
    across = Scale.covering([x[0], x[-1]], log=log_x, margin=0.0)
    up = Scale.covering([*low, *middle, *high], log=series.log_y, margin=0.04)
    keep = _evenly([across.place(one) for one in x], MOST_POINTS)

    def places(y: Sequence[float]) -> list[tuple[float, float]]:
        return [(across.place(x[at]), up.place(y[at])) for at in keep]

    share = series.levels[highest] - series.levels[lowest]
    band = _path([*places(high), *reversed(places(low))], closed=True) if share else ""
    return _picture(series, across, up, line=_path(places(middle)), band=band, share=share)


def _histogram(series: SeriesRecord) -> Picture:
    """The median height of every bin; ``x`` are the middles of bins of one width."""
    x, heights = [value(one) for one in series.x], _median(series)
    half = (x[1] - x[0]) / 2
    across = Scale.covering([x[0] - half, x[-1] + half], margin=0.0)
    up = replace(Scale.covering([0.0, *heights], margin=0.04), low=0.0)  # bars stand on the axis
    bars = [(at - half, at + half, height) for at, height in zip(x, heights, strict=True)]
    zero = [bar for bar in bars if bar[0] <= 0 < bar[1]]
    line = _bars(bars, across, up)
    return _picture(series, across, up, line=line, zero=_bars(zero, across, up))


def _picture(
    series: SeriesRecord,
    across: Scale,
    up: Scale,
    *,
    line: str,
    band: str = "",
    zero: str = "",
    share: float = 0.0,
) -> Picture:
    up_ticks = _ticks(up, most=4)
    return Picture(
        name=series.name,
        kind=series.kind,
        x_label=series.x_label,
        y_label=series.y_label,
        band=band,
        line=line,
        zero=zero,
        x_ticks=_ticks(across, most=4),
        y_ticks=tuple(Tick(_flipped(tick.at), tick.label) for tick in up_ticks),
        grid="".join(f"M0 {_y(tick.at)}h{PATH_WIDTH}" for tick in up_ticks),
        log_y=up.log,
        share=f"{share:.0%}",
        summary=_summary(series),
    )


def _median(series: SeriesRecord) -> list[float]:
    nearest = min(range(len(series.levels)), key=lambda at: abs(series.levels[at] - 0.5))
    return [value(one) for one in series.quantiles[nearest]]


def _scale(measured: Sequence[Measured], region: RegionRecord) -> Scale:
    if region.of == "proportion":
        return Scale(-0.02, 1.02)  # room for a dot at either end
    edges = [edge for edge in (region.low, region.high) if edge is not None]
    must = list(edges)
    for one in measured:
        must += [value(one.low), value(one.high), value(one.estimate)]
    # The outermost replicates may be far away; they are counted at the end of the axis instead.
    for one in measured:
        lower = [_bounds(replicate)[0] for replicate in one.values]
        finite = [x for x in lower if math.isfinite(x)]
        if finite:
            must += [float(x) for x in np.quantile(finite, [0.05, 0.95])]
    ratio = any(" / " in one.quantity for one in measured)
    log = wants_log(must, ratio=ratio)
    unit = None if log else unit_near_zero(must, edges)
    return Scale.covering(must, log=log, unit=unit, margin=0.08)


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
    """Short vertical strokes as relative moves; ``places`` ascend.

    Thinning takes order statistics at even distances, so that strokes stay dense where replicates
    are; those that fall on one another are drawn once.
    """
    kept = [places[at] for at in _evenly(range(len(places)), MOST_MARKS)]
    columns = sorted({round(place * PATH_WIDTH / 100) for place in kept})
    path, at = "", 0
    for column in columns:
        path += f"m{column - at}-8v8" if path else f"M{column} 0v8"
        at = column
    return path


def _bars(bars: Sequence[tuple[float, float, float]], across: Scale, up: Scale) -> str:
    """The outline of adjacent bars (left, right, height), closed along zero."""
    if not bars:
        return ""
    floor = _y(up.place(0.0))
    path = f"M{_x(across.place(bars[0][0]))} {floor}"
    at_y = floor
    for left, right, height in bars:
        y = _y(up.place(height))
        path += f"v{y - at_y}" if y != at_y else ""
        path += f"h{_x(across.place(right)) - _x(across.place(left))}"
        at_y = y
    return f"{path}V{floor}z"


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
    """As short as a tick must be, and exact: ``0.02``, ``10⁻⁴``, ``2.5·10⁶``."""
    if x == 0 or 1e-3 <= abs(x) < 1e6:
        return f"{x:.10g}".replace("-", "−")
    mantissa, exponent = f"{x:.9e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".").replace("-", "−")
    power = "10" + str(int(exponent)).translate(_RAISED)
    return {"1": power, "−1": f"−{power}"}.get(mantissa, f"{mantissa}·{power}")


def _scale_in_words(scale: Scale) -> str:
    if scale.unit is not None:
        return f"Linear up to about {_tick_label(scale.unit)}, logarithmic beyond."
    return "Logarithmic scale." if scale.log else ""


def _summary(series: SeriesRecord) -> str:
    """The chart in a sentence, for those who cannot see it."""
    median = _median(series)
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
