"""A trajectory against its minimum: where a run is after each step, and where it crosses zero."""

from __future__ import annotations

from collections.abc import Sequence

from refute.evidence_text import number_in_words
from refute.ledger import SeriesRecord, value
from refute.report.charts.arms import Bundle
from refute.report.charts.bands import median
from refute.report.charts.figure import Figure
from refute.report.charts.frame import frame
from refute.report.charts.svg import WIDTH, dots, polygon
from refute.report.charts.thinning import evenly, straightened
from refute.report.scales import Scale

MOST_POINTS = 120
"""Points of a trajectory, which swings: twenty to half a swing."""


def trajectory(bundle: Bundle, id: str) -> Figure:
    """Positions by step, the minimum at zero as a line, and a dot at each crossing of it."""
    first = bundle[0].series
    x = [value(one) for arm in bundle for one in arm.series.x]
    y = [one for arm in bundle for one in median(arm.series)]
    across = Scale.covering(x, margin=0.0)
    up = Scale.covering([0.0, *y], margin=0.06)
    passes = [crossings(arm.series) for arm in bundle]
    caption = _finding(bundle, passes, max(x))
    names = [arm.label for arm in bundle] if len(bundle) > 1 else []
    plot = frame(id, f"{first.name}: {first.y_label}", caption, across, up, first.x_label, names)
    plot.draw("edge", f"M0 {plot.y(0)}h{WIDTH}")
    for at, (arm, found) in enumerate(zip(bundle, passes, strict=True), start=1):
        points = sorted(zip(map(value, arm.series.x), median(arm.series), strict=True))
        kept = evenly([across.place(step) for step, _ in points], MOST_POINTS)
        line = [plot.point(*points[one]) for one in kept]
        plot.draw(f"line a{at}", polygon(straightened(line)))
        plot.draw(f"mark a{at}", dots([plot.point(step, 0.0) for step in found]))
    return Figure.of(bundle, plot.svg, f"{first.name}: {caption}".capitalize(), id)


def crossings(series: SeriesRecord) -> list[float]:
    """Where the straight lines between its points cross zero, or turn from it on touching it."""
    points = sorted(zip(map(value, series.x), median(series), strict=True))
    found = []
    before: tuple[float, float] | None = None
    for x, y in points:
        if y == 0:
            continue
        if before is not None and (before[1] < 0) != (y < 0):
            share = before[1] / (before[1] - y)
            found.append(before[0] + share * (x - before[0]))
        before = x, y
    return found


def _finding(bundle: Bundle, passes: Sequence[Sequence[float]], end: float) -> str:
    parts = [
        f"{_times(len(found))}{f' ({arm.label})' if len(bundle) > 1 else ''}"
        for arm, found in zip(bundle, passes, strict=True)
    ]
    return (
        f"in the first {number_in_words(end)} {bundle[0].series.x_label} the minimum, "
        f"the line at 0, is passed {', '.join(parts)}."
    )


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")
