"""The settings that replicates drew, against their outcomes: where a general claim holds.

"In general" is measured over networks that each draw their own depth, width, rate and optimizer.
For every value that was drawn, a bar shows the share of replicates in which the claim holds.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from refute.characters import visible
from refute.ledger import (
    Measured,
    Number,
    ReadingRecord,
    RegionRecord,
    SeriesRecord,
    bounds,
    value,
)
from refute.prose.numbers import number_in_words
from refute.report.charts.figure import Figure
from refute.report.charts.svg import WIDTH, add, box, image, markup, path

MOST_VALUES, GROUPS = 6, 4
"""A setting with more different values is shown in this many groups of equal size."""

ROW, HEAD = 17, 20
"""Pixels of a row, and of a setting's name above its rows."""

LABELS, BARS, COUNTS = "30%", "42%", "74%"
"""Where bars begin, how wide they are, and where counts begin."""


@dataclass(frozen=True)
class ValueRow:
    """The replicates that drew a value: how many, and in how many of them the claim holds."""

    label: str
    within: int
    drawn: int


def settings(reading: ReadingRecord, id: str) -> Figure | None:
    """The settings that the replicates of a reading drew; ``None`` if they drew none."""
    evidence = reading.evidence
    if not isinstance(evidence, Measured):
        return None
    drawn = [
        series
        for series in evidence.series
        if series.kind == "setting" and len(series.x) == len(evidence.values)
    ]
    if not drawn:
        return None
    inside = [_within(replicate, evidence.region) for replicate in evidence.values]
    groups = {series.name: rows for series in drawn if len(rows := _rows(series, inside)) > 1}
    if not groups:
        return None
    caption = _caption(groups, inside)
    high = sum(HEAD + ROW * len(rows) for rows in groups.values()) + 4
    root = image("settings", f"Settings drawn: {reading.name}", caption_id=id, height=high)
    top, bars = 0, ""
    for name, rows in groups.items():
        add(root, "text", name, class_="start head", y=top + 15)
        top += HEAD
        for row in rows:
            add(root, "text", row.label, class_="end", x="28%", y=top + 13)
            add(root, "text", f"{row.within} of {row.drawn}", class_="start", x=COUNTS, y=top + 13)
            long = round(WIDTH * row.within / row.drawn)
            bars += f"M0 {top + 3}h{long}v12h-{long}z"
            top += ROW
    stretched = box(root, high, x=LABELS, width=BARS, height=high)
    path(stretched, "rail", f"M0 0v{high}M{WIDTH} 0v{high}")
    path(stretched, "bars a1", bars)
    path(stretched, "edge", _claimed(evidence.region, high))
    return Figure(id, markup(root), caption, (reading.name,))


def _claimed(region: RegionRecord, high: int) -> str:
    """The edges of the claimed share; nothing if no share is claimed."""
    if region.of != "proportion":
        return ""
    edges = [float(edge.value) for edge in region.edges]
    return "".join(f"M{round(WIDTH * edge)} 0v{high}" for edge in edges if 0 <= edge <= 1)


def _rows(series: SeriesRecord, inside: list[bool | None]) -> list[ValueRow]:
    """A row for each value, in order; without replicates whose outcome a cap hides."""
    by_value: dict[float, list[bool]] = defaultdict(list)
    for drawn, within in zip(map(value, series.x), inside, strict=True):
        if within is not None:
            by_value[drawn].append(within)
    values = sorted(by_value)
    if len(values) <= MOST_VALUES:
        labelled = [(_name(drawn, series), by_value[drawn]) for drawn in values]
    else:
        size = -(-len(values) // GROUPS)
        parts = [values[at : at + size] for at in range(0, len(values), size)]
        labelled = [
            (
                f"{number_in_words(part[0])} to {number_in_words(part[-1])}",
                [within for drawn in part for within in by_value[drawn]],
            )
            for part in parts
        ]
    return [ValueRow(label, sum(within), len(within)) for label, within in labelled]


def _name(drawn: float, series: SeriesRecord) -> str:
    if series.labels and drawn in range(len(series.labels)):
        return visible(series.labels[int(drawn)])
    return number_in_words(drawn)


def _within(replicate: Number | list[Number], region: RegionRecord) -> bool | None:
    """Whether a replicate is as claimed; ``None`` if that is unknown."""
    ends = {_lies_within(end, region) for end in bounds(replicate)}
    return ends.pop() if replicate != [] and len(ends) == 1 else None


def _lies_within(x: float, region: RegionRecord) -> bool:
    if region.of == "proportion":
        return x == 1
    return all(bool(edge.admits(np.array([x]))[0]) for edge in region.edges)


def _caption(groups: dict[str, list[ValueRow]], inside: list[bool | None]) -> str:
    known = [within for within in inside if within is not None]
    whole = f"True in {sum(known)} of {len(known)} settings drawn at random"
    name, rows = max(groups.items(), key=lambda group: _spread(group[1]))
    least, most = min(rows, key=_share), max(rows, key=_share)
    if _share(least) == _share(most):
        return f"{whole}."
    return (
        f"{whole}; it depends most on {name}: {least.within} of {least.drawn} at {least.label}, "
        f"{most.within} of {most.drawn} at {most.label}."
    )


def _share(row: ValueRow) -> float:
    return row.within / row.drawn


def _spread(rows: list[ValueRow]) -> float:
    shares = [_share(row) for row in rows]
    return max(shares) - min(shares)
