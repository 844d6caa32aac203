"""Finds the tables and headings of a page that Markdown cannot hold, and makes them plain blocks.

A cell or heading of Markdown is one line.  One with a list, with code or with two paragraphs would
run them together, and text beside the cells of a table would break its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LINE_ENDS = HEADINGS | {
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
    "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header",
    "hr", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
"""The elements before and after which a line ends."""

_LONG = HEADINGS | {"pre", "hr", "ul", "ol", "dl", "table", "blockquote"}
_ROWS = frozenset({"table", "thead", "tbody", "tfoot", "tr"})
_CELLS = frozenset({"td", "th"})
_INLINE_DEPTH = 50
"""Emphasis and links are never nested deeper; a hostile page may try to."""


def flatten(page: BeautifulSoup) -> None:
    """Make plain blocks of the tables and headings that need it, their text in reading order."""
    for cell in page.find_all([*_CELLS]):
        if cell.parent is not None and cell.parent.name != "tr":
            cell.name = "div"
    for tag in page.find_all(["table", *HEADINGS]):
        if tag.name == "table" and not _is_grid(tag):
            _unroll(tag)
        elif tag.name in HEADINGS and not _is_line(tag):
            tag.name = "div"


def _is_grid(table: Tag) -> bool:
    """Whether all text is in cells of rows, on one line each.

    The search ends at the first table in a cell, so tables within tables take no longer.
    """
    lines: dict[int, int] = {}
    for node in _inside(table):
        if isinstance(node, Tag):
            if node.name in _LONG:
                return False
        elif isinstance(node, NavigableString) and _is_shown(node):
            line = _line_of(node)
            cell = line if line is None or line.name == "caption" else _cell_of(line)
            if cell is None or lines.setdefault(id(cell), id(line)) != id(line):
                return False
    return True


def _is_line(heading: Tag) -> bool:
    lines = set[int]()
    for node in _inside(heading):
        if isinstance(node, Tag):
            if node.name in _LONG:
                return False
        elif isinstance(node, NavigableString) and _is_shown(node):
            lines.add(id(_line_of(node)))
    return len(lines) <= 1


def _inside(tag: Tag) -> Iterator[PageElement]:
    """Yield what is inside, in reading order; Beautiful Soup would first go down to the last."""
    waiting = [*reversed(tag.contents)]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Tag):
            waiting += reversed(node.contents)


def _is_shown(text: NavigableString) -> bool:
    return not isinstance(text, PreformattedString) and bool(text.strip())


def _line_of(text: NavigableString) -> Tag | None:
    """The element that begins the line with the text."""
    nearest = islice(text.parents, _INLINE_DEPTH)
    return next((tag for tag in nearest if tag.name in LINE_ENDS), None)


def _cell_of(line: Tag) -> Tag | None:
    """The cell with this line; ``None`` for text beside the cells."""
    for tag in (line, *islice(line.parents, _INLINE_DEPTH)):
        if tag.name in _CELLS or tag.name in _ROWS:
            return tag if tag.name in _CELLS else None
    return None


def _unroll(table: Tag) -> None:
    inside = [table]
    while inside:
        tag = inside.pop()
        if tag.name in _ROWS:
            tag.name = "div"
        for child in tag.children:
            if isinstance(child, Tag):
                if child.name in _CELLS:
                    child.name = "div"
                elif child.name != "table":
                    inside.append(child)
