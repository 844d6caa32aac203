"""A trajectory around a minimum at zero: the position by step, and each crossing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from refute.ledger import SeriesRecord
from refute.prose.numbers import number_in_words
from refute.prose.text import capitalized
from refute.report.charts.arms import Bundle
from refute.report.charts.captions import named
from refute.report.charts.figure import Figure
from refute.report.charts.frame import Grid, frame
from refute.report.charts.medians import points
from refute.report.charts.svg import WIDTH, dots, polygon
from refute.report.charts.thinning import evenly, straightened
from refute.report.scales import Scale

MOST_POINTS = 120
"""The most points of a trajectory; it swings, and each half swing needs some twenty."""


def trajectory(bundle: Bundle, id: str) -> Figure:
    """Positions by step, with a line at the minimum and a dot at each crossing."""
    first = bundle[0].series
    ways = [points(arm.series) for arm in bundle]
    x = [step for way in ways for step, _ in way]
    y = [position for way in ways for _, position in way]
    grid = Grid(Scale.covering(x, margin=0.0), Scale.covering([0.0, *y], margin=0.06))
    passes = [crossings(arm.series) for arm in bundle]
    caption = _caption(bundle, passes, max(x))
    names = [arm.label for arm in bundle] if len(bundle) > 1 else []
    plot = frame(id, f"{first.name}: {first.y_label}", grid, first.x_label, names)
    plot.draw("edge", f"M0 {grid.y(0)}h{WIDTH}")
    for at, (way, found) in enumerate(zip(ways, passes, strict=True), start=1):
        kept = evenly([grid.across.place(step) for step, _ in way], MOST_POINTS)
        line = [grid.point(*way[at]) for at in kept]
        plot.draw(f"line a{at}", polygon(straightened(line)))
        plot.draw(f"mark a{at}", dots([grid.point(step, 0.0) for step in found]))
    return Figure.of(bundle, plot.svg, f"{capitalized(first.name)}: {caption}", id)


def crossings(series: SeriesRecord) -> list[float]:
    """Where the straight lines between its points change sign."""
    found = []
    before: tuple[float, float] | None = None
    for x, y in points(series):
        if y == 0 or not math.isfinite(y):
            continue
        if before is not None and (before[1] < 0) != (y < 0):
            share = before[1] / (before[1] - y)
            found.append(before[0] + share * (x - before[0]))
        before = x, y
    return found


def _caption(bundle: Bundle, passes: Sequence[Sequence[float]], end: float) -> str:
    parts = [
        f"{_times(len(found))}{named(arm, bundle)}"
        for arm, found in zip(bundle, passes, strict=True)
    ]
    return (
        f"in the first {number_in_words(end)} {bundle[0].series.x_label} the minimum, "
        f"the line at 0, is passed {', '.join(parts)}."
    )


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")
