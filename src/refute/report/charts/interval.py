"""Intervals against the claimed region, for every measured reading and control of a claim.

Readings with the same region share a panel and its scale.  The claimed region is shaded; strokes
are replicates, the bar is the interval, and the mark on it is the estimate: a disc if the reading
holds, a diamond if it fails, a ring if it is undecided.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from markupsafe import Markup

from refute.decision.regions import Statistic
from refute.ledger import Measured, ReadingRecord, RegionRecord, bounds, value
from refute.prose.evidence import region_in_words
from refute.prose.numbers import estimate, interval, points
from refute.report.charts.axes import (
    TICK,
    Tick,
    numbers_below,
    points_label,
    strokes_below,
    tick_label,
    ticks,
)
from refute.report.charts.pairs import pair_dots
from refute.report.charts.svg import WIDTH, add, box, image, markup, path, strokes
from refute.report.charts.thinning import order_statistics, quantile
from refute.report.scales import Scale, unit_near_zero, wants_log

HEIGHT = 30
"""Pixels, as in the style sheet: the interval above, the replicates below."""

MIDDLE, HALF = 12, 3
"""The interval's height on the page, and half of its thickness."""

MOST_MARKS = 40
"""The most replicates drawn in a strip; of more, evenly spaced order statistics are drawn."""

NOTHING = Markup()

UNBOUNDED_FROM = 95.0
"""Percent beyond which a label about the end of the axis would cover the estimate."""


@dataclass(frozen=True)
class Strip:
    """A measured reading on the scale of its panel; places are percent.

    ``low`` and ``high`` end the interval; an ``unbounded`` one has no upper end.  ``marks`` is the
    path of the replicates; ``left`` and ``right`` count those beyond the axis.
    """

    low: float
    high: float
    estimate: float
    unbounded: bool
    marks: str
    left: int
    right: int
    svg: Markup = NOTHING


@dataclass(frozen=True)
class Panel:
    """Readings and controls measured against the same region, on one scale."""

    region: str
    shade: tuple[float, float]
    edges: tuple[float, ...]
    ticks: tuple[Tick, ...]
    scale: str
    strips: tuple[Strip, ...]
    of: Statistic
    axis: Markup = NOTHING


def panel(readings: Sequence[ReadingRecord]) -> Panel:
    """Draw measured readings on the scale that shows them all.

    Args:
        readings: measured readings with the same region, all of them in percentage points or none.
    """
    measured = [_measured(reading) for reading in readings]
    region, in_points = measured[0].region, points(measured[0])
    scale = _scale(measured, region)
    left = 0.0 if region.low is None else scale.place(region.low)
    right = 100.0 if region.high is None else scale.place(region.high)
    empty = Panel(
        region=region_in_words(region),
        shade=(left, max(round(right - left, 2), 0.0)),
        edges=tuple(scale.place(float(edge.value)) for edge in region.edges),
        ticks=ticks(scale, in_points=in_points),
        scale=_scale_in_words(scale, in_points=in_points),
        strips=(),
        of=region.of,
    )
    strips = [
        _drawn(_strip(evidence, scale), empty, reading)
        for evidence, reading in zip(measured, readings, strict=True)
    ]
    return replace(empty, strips=tuple(strips), axis=_axis(empty.ticks))


def position(measured: Measured) -> str:
    """Where the interval lies, seen from the claimed region."""
    low, high = value(measured.low), value(measured.high)
    region = measured.region
    if region.low is not None and high < region.low:
        return "below"
    if region.high is not None and low > region.high:
        return "above"
    inside = (region.low is None or low >= region.low) and (
        region.high is None or high <= region.high
    )
    return "inside" if inside else "partly inside"


def _drawn(strip: Strip, panel: Panel, reading: ReadingRecord) -> Strip:
    """The strip with its picture."""
    measured = _measured(reading)
    said = f"{estimate(measured)} ({interval(measured)}): {position(measured)} the claimed region."
    root = image("strip", reading.name, description=said)
    _lines(root, strip, panel, timed=measured.timed)
    if strip.unbounded and strip.estimate < UNBOUNDED_FROM:
        add(root, "text", "→ ∞", class_="end", x="100%", y=8)
    _estimate(root, strip.estimate, reading.outcome)
    if strip.left:
        add(root, "text", f"← {strip.left}", class_="start", y=HEIGHT - 1)
    if strip.right:
        add(root, "text", f"{strip.right} →", class_="end", x="100%", y=HEIGHT - 1)
    return replace(strip, svg=markup(root))


def _lines(root: Element, strip: Strip, panel: Panel, *, timed: bool) -> None:
    """The parts that are stretched: region, its edges, replicates, interval."""
    stretched = box(root, HEIGHT)
    left, width = _units(panel.shade[0]), _units(panel.shade[1])
    path(stretched, "shade", f"M{left} 0h{width}v{HEIGHT}h-{width}z")
    path(stretched, "edge", "".join(f"M{_units(edge)} 0v{HEIGHT}" for edge in panel.edges))
    path(stretched, "pairs" if timed else "marks", strip.marks)
    low, long = _units(strip.low), _units(strip.high) - _units(strip.low)
    path(stretched, "bar", f"M{low} {MIDDLE - HALF}h{long}v{2 * HALF}h-{long}z")


def _estimate(root: Element, place: float, outcome: str | None) -> None:
    """The mark of the estimate: its shape shows the outcome, as its colour does."""
    if outcome == "fails":
        spot = add(root, "svg", class_="spot", x=f"{place:g}%", y=MIDDLE)
        path(spot, "dot", "M0-6.5 6.5 0 0 6.5-6.5 0z")
    else:
        css = "dot" if outcome == "holds" else "dot ring"
        add(root, "circle", class_=css, cx=f"{place:g}%", cy=MIDDLE)


def _axis(marked: tuple[Tick, ...]) -> Markup:
    root = Element("svg", {"class": "axis", "aria-hidden": "true"})
    path(box(root, TICK, height=TICK), "tick", strokes_below(marked, 0))
    numbers_below(root, marked, 0)
    return markup(root)


def _scale(measured: Sequence[Measured], region: RegionRecord) -> Scale:
    if region.of == "proportion":
        return Scale(-0.02, 1.02)  # room for a mark at either end
    edges = [float(edge.value) for edge in region.edges]
    must = list(edges)
    for evidence in measured:
        must += [value(evidence.low), value(evidence.high), value(evidence.estimate)]
    # The outermost replicates may be far away: they are counted at the end of the axis.
    for evidence in measured:
        finite = [x for x in _lower(evidence) if math.isfinite(x)]
        if finite:
            must += [quantile(finite, 0.05), quantile(finite, 0.95)]
    ratio = any(
        evidence.quantity.kind == "ratio" or evidence.quantity.unit == "times"
        for evidence in measured
    )
    difference = any(evidence.quantity.kind == "difference" for evidence in measured)
    log = wants_log(must, ratio=ratio) and not difference
    unit = None if log else unit_near_zero(must, edges)
    return Scale.covering(must, log=log, unit=unit, margin=0.08)


def _strip(measured: Measured, scale: Scale) -> Strip:
    lower = _lower(measured)
    places = [scale.place(x) for x in lower if scale.contains(x)]
    if measured.region.of == "proportion":
        marks = ""  # only zeros and ones: the count says it
    elif measured.timed:
        marks = pair_dots(places, HEIGHT)
    else:
        marks = _marks(places)
    return Strip(
        low=scale.place(value(measured.low)),
        high=scale.place(value(measured.high)),
        estimate=scale.place(value(measured.estimate)),
        unbounded=math.isinf(value(measured.high)),
        marks=marks,
        left=sum(x < scale.low for x in lower),
        right=sum(x > scale.high for x in lower),
    )


def _marks(places: Sequence[float]) -> str:
    """A stroke for each replicate; ``places`` ascend, and those in one column are drawn once."""
    columns = sorted({_units(place) for place in order_statistics(places, MOST_MARKS)})
    return strokes(columns, HEIGHT - 9, 8)


def _units(place: float) -> int:
    return round(place * WIDTH / 100)


def _scale_in_words(scale: Scale, *, in_points: bool) -> str:
    said = ["In percentage points."] if in_points else []
    if scale.unit is not None:
        linear = points_label(scale.unit) if in_points else tick_label(scale.unit)
        said.append(f"Linear up to about {linear}, logarithmic beyond.")
    elif scale.log:
        said.append("Logarithmic scale.")
    return " ".join(said)


def _measured(reading: ReadingRecord) -> Measured:
    assert isinstance(reading.evidence, Measured)
    return reading.evidence


def _lower(measured: Measured) -> list[float]:
    """The lower bounds of the replicates, in order."""
    return sorted(bounds(replicate)[0] for replicate in measured.values)
