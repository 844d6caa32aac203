"""The frame of a plot: two axes, a grid, names of the lines, and room for what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markupsafe import Markup

from refute.report.charts.axes import across, ticks
from refute.report.charts.labels import Line, beside
from refute.report.charts.svg import WIDTH, add, box, image, markup, path
from refute.report.scales import Scale

LEFT, RIGHT = "12%", "87%"
"""Where the plot begins, after the numbers of its vertical axis, and how wide it is."""

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
    description: str,
    grid: Grid,
    x_label: str,
    names: Sequence[str] = (),
    lines: Sequence[Line] = (),
) -> Frame:
    """An empty plot with the names of its lines: beside them, or else above with a sample each.

    Args:
        id: unique on the page.
        title: what is drawn.
        description: what it shows, in words.
        grid: where numbers are.
        x_label: what x is.
        names: of lines that will be drawn, in their order; none where there is one.
        lines: where they will be.
    """
    places = beside(names, lines, HIGH) if lines else None
    above = names if places is None else ()
    top = LINE * len(above) + 6
    bottom = top + HIGH
    root = image(id, "plot", bottom + 2 * LINE + 6, title, description)
    _above(root, above)
    plot: dict[str, str | float] = {"x": LEFT, "width": RIGHT}
    paths = box(root, HIGH, y=top, height=HIGH, **plot)
    numbers = add(root, "g", class_="end")
    lines_across = ""
    for tick in ticks(grid.up, most=4):
        y = HIGH - round(tick.at * HIGH / 100)
        add(numbers, "text", tick.label, x=NUMBERS, y=top + y + 4)
        lines_across += f"M0 {y}h{WIDTH}"
    path(paths, "rail", lines_across)
    if places:
        words = add(root, "svg", y=top, height=HIGH, **plot)
        for at, (name, place) in enumerate(zip(names, places, strict=True), start=1):
            css = f"{place.anchor} name a{at}"
            add(words, "text", name, class_=css, x=f"{place.x:.1f}%", y=place.y)
    across(root, ticks(grid.across, most=4), bottom, **plot)
    add(root, "text", x_label, x="55%", y=bottom + 2 * LINE)
    return Frame(root, paths)


def _above(root: Element, names: Sequence[str]) -> None:
    for at, name in enumerate(names, start=1):
        y = LINE * at - 4
        add(root, "path", class_=f"line a{at}", d=f"M2 {y - 4}h26")
        add(root, "text", name, class_="start", x=34, y=y)
