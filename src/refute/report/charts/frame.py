"""The frame of a plot: two axes, a grid, names of the lines, and room for what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markupsafe import Markup

from refute.report.charts.axes import numbers_below, strokes_below, ticks
from refute.report.charts.labels import Line, beside
from refute.report.charts.svg import WIDTH, add, box, image, markup, path
from refute.report.scales import Scale

LEFT, RIGHT = "12%", "87%"
"""Where the plot begins, after the numbers of its vertical axis, and its width."""

NUMBERS = "11%"
"""Where those numbers end."""

HIGH = 128
"""Pixels of the plot, and units of the boxes in it."""

LINE = 17
"""Pixels of a line of text."""


@dataclass(frozen=True)
class Grid:
    """The place of numbers in a plot: ``WIDTH`` units across and ``HIGH`` down."""

    across: Scale
    up: Scale

    def point(self, x: float, y: float) -> tuple[int, int]:
        return self.x(x), self.y(y)

    def x(self, x: float) -> int:
        return round(self.across.place(x) * WIDTH / 100)

    def y(self, y: float) -> int:
        return HIGH - round(self.up.place(y) * HIGH / 100)


@dataclass(frozen=True)
class Frame:
    """A plot with its axes, and the stretched box into which marks are put."""

    root: Element
    paths: Element

    def draw(self, css: str, d: str) -> None:
        path(self.paths, css, d)

    @property
    def svg(self) -> Markup:
        return markup(self.root)


def frame(
    id: str,
    title: str,
    grid: Grid,
    x_label: str,
    names: Sequence[str] = (),
    lines: Sequence[Line] = (),
) -> Frame:
    """An empty plot with the names of its lines: beside them, or above the plot with samples.

    Args:
        id: that of the caption.
        title: what is drawn; the caption says what it shows.
        grid: the places of numbers.
        x_label: what x is.
        names: the names of the lines to be drawn, in order; empty for a single line.
        lines: the lines, if names may be put beside them.
    """
    places = beside(names, lines, HIGH) if lines else None
    above = names if places is None else ()
    top = LINE * len(above) + 6
    root = image("plot", title, caption_id=id, height=top + HIGH + 2 * LINE + 6)
    _above(root, above)
    up, below = ticks(grid.up, most=4), ticks(grid.across, most=4)
    heights = [HIGH - round(tick.at * HIGH / 100) for tick in up]
    numbers = add(root, "svg", class_="end", x=NUMBERS, y=top + 4)
    for y, tick in zip(heights, up, strict=True):
        add(numbers, "text", tick.label, y=y)
    plot = add(root, "svg", x=LEFT, y=top, width=RIGHT)
    paths = box(plot, HIGH, height=HIGH)
    path(paths, "rail", "".join(f"M0 {y}h{WIDTH}" for y in heights))
    path(paths, "tick", strokes_below(below, HIGH))
    for at, (name, place) in enumerate(zip(names, places or [], strict=False), start=1):
        x = f"{round(place.x)}%"
        add(plot, "text", name, class_=f"{place.anchor} name a{at}", x=x, y=place.y)
    numbers_below(plot, below, HIGH)
    add(plot, "text", x_label, x="50%", y=HIGH + 2 * LINE)
    return Frame(root, paths)


def _above(root: Element, names: Sequence[str]) -> None:
    for at, name in enumerate(names, start=1):
        y = LINE * at - 4
        add(root, "path", class_=f"line a{at}", d=f"M2 {y - 4}h26")
        add(root, "text", name, class_="start", x=34, y=y)
