"""The frame of a plot: two axes, a grid, names of the lines, and room for what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markupsafe import Markup

from refute.report.charts.axes import across, ticks
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
class Frame:
    """A plot with its axes, and the stretched box into which marks are put."""

    root: Element
    paths: Element
    across: Scale
    up: Scale

    def point(self, x: float, y: float) -> tuple[int, int]:
        return self.x(x), self.y(y)

    def x(self, x: float) -> int:
        return round(self.across.place(x) * WIDTH / 100)

    def y(self, y: float) -> int:
        return HIGH - round(self.up.place(y) * HIGH / 100)

    def draw(self, css: str, d: str) -> None:
        path(self.paths, css, d)

    @property
    def svg(self) -> Markup:
        return markup(self.root)


def frame(
    id: str,
    title: str,
    description: str,
    across_scale: Scale,
    up_scale: Scale,
    x_label: str,
    arms: Sequence[str] = (),
) -> Frame:
    """An empty plot, with a line for the name of each arm above it.

    Args:
        id: unique on the page.
        title: what is drawn.
        description: what it shows, in words.
        across_scale: of x.
        up_scale: of y.
        x_label: what x is.
        arms: names of lines, in their order; a sample of the line stands before each.
    """
    top = LINE * len(arms) + 6
    bottom = top + HIGH
    root = image(id, "plot", bottom + 2 * LINE + 6, title, description)
    _names(root, arms)
    plot: dict[str, str | float] = {"x": LEFT, "width": RIGHT}
    paths = box(root, HIGH, y=top, height=HIGH, **plot)
    numbers = add(root, "g", class_="end")
    grid = ""
    for tick in ticks(up_scale, most=4):
        y = HIGH - round(tick.at * HIGH / 100)
        add(numbers, "text", tick.label, x=NUMBERS, y=top + y + 4)
        grid += f"M0 {y}h{WIDTH}"
    path(paths, "rail", grid)
    across(root, ticks(across_scale, most=4), bottom, **plot)
    add(root, "text", x_label, x="55%", y=bottom + 2 * LINE)
    return Frame(root, paths, across_scale, up_scale)


def _names(root: Element, arms: Sequence[str]) -> None:
    for at, name in enumerate(arms, start=1):
        y = LINE * at - 4
        add(root, "path", class_=f"line a{at}", d=f"M2 {y - 4}h26")
        add(root, "text", name, class_=f"start a{at}", x=34, y=y)
