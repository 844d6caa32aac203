"""A function of a number with the smallest counterexample, or the witness, marked on it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from refute.ledger import ReadingRecord, Searched, SeriesRecord, value
from refute.prose.numbers import number_in_words
from refute.report.charts.arms import is_whole
from refute.report.charts.figure import Figure
from refute.report.charts.frame import HIGH, Grid, frame
from refute.report.charts.medians import points
from refute.report.charts.svg import WIDTH, dots, polygon
from refute.report.charts.thinning import straightened
from refute.report.scales import Scale


def functions(readings: list[ReadingRecord], prefix: str) -> list[Figure]:
    """A figure of each find that readings sketched; equal pictures once."""
    found: list[tuple[SeriesRecord, list[ReadingRecord]]] = []
    for reading, series in _sketched(readings):
        same = next((names for seen, names in found if seen == series), None)
        if same is None:
            found.append((series, [reading]))
        else:
            same.append(reading)
    return [_function(series, of, f"{prefix}{at}") for at, (series, of) in enumerate(found)]


def _sketched(readings: list[ReadingRecord]) -> Iterator[tuple[ReadingRecord, SeriesRecord]]:
    for reading in readings:
        evidence = reading.evidence
        if reading.role == "reading" and isinstance(evidence, Searched):
            for series in evidence.series:
                if series.kind == "function" and is_whole(series) and _marks(series):
                    yield reading, series


def _function(series: SeriesRecord, readings: list[ReadingRecord], id: str) -> Figure:
    curve, marks = points(series), _marks(series)
    both = [*curve, *marks]
    grid = Grid(
        Scale.covering([x for x, _ in both], margin=0.0),
        Scale.covering([y for _, y in both], log=series.log_y, margin=0.08),
    )
    caption = _caption(series, readings[0], marks)
    plot = frame(id, f"{series.name} by {series.x_label}", grid, series.x_label)
    if grid.across.low < 0 < grid.across.high:
        plot.draw("rail", f"M{grid.x(0)} 0v{HIGH}")
    if grid.up.log and any(y <= 0 for _, y in marks):  # zero is below everything
        plot.draw("edge", f"M0 {HIGH}h{WIDTH}")
    elif grid.up.low < 0 < grid.up.high:
        plot.draw("edge", f"M0 {grid.y(0)}h{WIDTH}")
    for line in _unbroken(curve, above=grid.up.low if grid.up.log else -math.inf):
        plot.draw("line a1", polygon(straightened([grid.point(*point) for point in line])))
    plot.draw("mark", dots(sorted({grid.point(*mark) for mark in marks})))
    names = tuple(dict.fromkeys(reading.name for reading in readings))
    return Figure(id, plot.svg, caption, names)


def _marks(series: SeriesRecord) -> list[tuple[float, float]]:
    return [(value(mark[0]), value(mark[1])) for mark in series.marks if len(mark) == 2]


def _unbroken(curve: list[tuple[float, float]], *, above: float) -> list[list[tuple[float, float]]]:
    """Pieces of the curve; on a log axis it ends where the axis does."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for point in curve:
        if math.isfinite(point[1]) and point[1] > above:
            pieces[-1].append(point)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if len(piece) > 1]


def _caption(series: SeriesRecord, reading: ReadingRecord, marks: list[tuple[float, float]]) -> str:
    evidence = reading.evidence
    assert isinstance(evidence, Searched)
    what = "counterexample" if evidence.counterexample is not None else "witness"
    x, y = marks[0]
    shown = f"{series.name} is {number_in_words(y)} at {number_in_words(x)}"
    others = f", and {len(marks) - 1} more marked" if len(marks) > 1 else ""
    floor = "; a mark at the bottom of the logarithmic axis is 0" if series.log_y and y <= 0 else ""
    return f"The {what}: {shown}{others}{floor}."
