"""Hand-made series, and their drawings read back from the SVG."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from refute.ledger import Number, ReadingRecord, SeriesRecord
from tests import make
from tests.make import by_hand, reading
from tests.report.parsed import Element, Page


def line(
    y: Sequence[Number],
    *,
    x: Sequence[Number] | None = None,
    kind: str = "curve",
    name: str = "training loss",
    log_y: bool = False,
    **more: object,
) -> SeriesRecord:
    """A series with one quantile."""
    x = list(x if x is not None else range(len(y)))
    labels = {"x_label": "steps", "y_label": "loss"} | more
    return SeriesRecord(name, kind, x=x, levels=[0.5], quantiles=[list(y)], log_y=log_y, **labels)


def left(
    name: str,
    *series: SeriesRecord,
    n: int = 32,
    check: str = "test_steps",
    quantity: str = "training loss",
    role: str = "reading",
) -> ReadingRecord:
    """A reading that measured something and left these series."""
    evidence = by_hand(1.9, 2.0, 2.1, [2.0] * n, quantity=make.quantity("value", quantity))
    evidence = replace(evidence, series=list(series))
    return reading(name, "holds", evidence, check=check, role=role)


def parsed(svg: str) -> Element:
    return Page(str(svg)).root.children[0]


def paths(svg: str, css: str) -> list[str]:
    """The path data of a class, in their order."""
    return [str(element.attributes["d"]) for element in parsed(svg).all("path", class_=css)]


def corners(d: str) -> list[tuple[int, int]]:
    """Absolute points of a path that moves and then draws relative lines."""
    assert re.fullmatch(r"M\d+ \d+(l[-\d ]+)?z?", d), d
    numbers = [int(number) for number in re.findall(r"-?\d+", d)]
    found, x, y = [], 0, 0
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x, y))
    return found


def spots(d: str) -> list[tuple[int, int]]:
    """Absolute places of dots."""
    found, x, y = [], 0, 0
    for dx, dy in re.findall(r"[Mm](-?\d+) ?(-?\d+)h0", d):
        x, y = x + int(dx), y + int(dy)
        found.append((x, y))
    return found
