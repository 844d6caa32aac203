"""SVG elements, built with ElementTree: text and attributes are escaped by construction.

Places across a chart are percent, or units of a box that is stretched to it, so that a chart fills
any width while its text and strokes keep their size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from refute.characters import visible
from refute.report.markup import raised

WIDTH = 1000
"""Units across a stretched box."""


def image(
    css: str, title: str, *, description: str = "", caption_id: str = "", height: int = 0
) -> Element:
    """An outermost ``<svg>``, named by its title and described for those who cannot see it.

    Its ``<title>`` and ``<desc>`` need no ids for that (SVG Accessibility API Mappings, 8.1).

    Args:
        css: its class.
        title: what it is.
        description: what it shows, in words.
        caption_id: the id of the caption that says so instead.
        height: pixels, unless the class sets it; the width is that of its place.
    """
    root = Element("svg", {"class": css, "role": "img"})
    add(root, "title", title)
    if description:
        add(root, "desc", description)
    if caption_id:
        root.set("aria-describedby", caption_id)
    if height:
        root.set("height", str(height))
    return root


def add(parent: Element, tag: str, words: str = "", /, **attributes: str | float) -> Element:
    """Add an element to another.

    ``class_`` is the attribute class and ``aria_label`` aria-label; numbers are shortened, and
    powers of ten in its words have superscripts.
    """
    named = {
        name.rstrip("_").replace("_", "-"): _value(setting) for name, setting in attributes.items()
    }
    child = SubElement(parent, tag, named)
    child.text = raised(visible(words)) or None
    return child


def box(parent: Element, units: int, /, **attributes: str | float) -> Element:
    """A box of ``WIDTH`` by ``units``, stretched to its place."""
    size: dict[str, str | float] = {"viewBox": f"0 0 {WIDTH} {units}"}
    return add(parent, "svg", preserveAspectRatio="none", **attributes, **size)


def path(parent: Element, css: str, d: str) -> None:
    """Add a path, if there is something to draw."""
    if d:
        add(parent, "path", class_=css, d=d)


def markup(root: Element) -> Markup:
    """The element as markup of the page."""
    # ">" is escaped in text and attributes: " />" is always the end of an element.
    return Markup(tostring(root, encoding="unicode").replace(" />", "/>"))


def polygon(points: Iterable[tuple[int, int]], *, closed: bool = False) -> str:
    """The path of a polygonal line; relative, because that is shortest."""
    d, at_x, at_y = "", 0, 0
    for x, y in points:
        if d:
            step = f"{x - at_x}{'' if y < at_y else ' '}{y - at_y}"
            d += step if step.startswith("-") or d.endswith("l") else f" {step}"
        else:
            d = f"M{x} {y}l"
        at_x, at_y = x, y
    return d.removesuffix("l") + ("z" if closed and d else "")


def strokes(columns: Iterable[int], top: int, length: int) -> str:
    """Vertical strokes; ``columns`` ascend."""
    d, at = "", 0
    for column in columns:
        d += f"m{column - at}-{length}v{length}" if d else f"M{column} {top}v{length}"
        at = column
    return d


def dots(points: Sequence[tuple[int, int]]) -> str:
    """Points as strokes of no length: with round ends they are discs even in a stretched box."""
    d, at_x, at_y = "", 0, 0
    for x, y in points:
        step = f"{x - at_x}{'' if y < at_y else ' '}{y - at_y}"
        d += f"m{step}h0" if d else f"M{x} {y}h0"
        at_x, at_y = x, y
    return d


def _value(setting: str | float) -> str:
    return setting if isinstance(setting, str) else f"{setting:.1f}".removesuffix(".0")
