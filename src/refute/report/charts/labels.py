"""Names beside their lines, if there is room."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from refute.report.charts.svg import WIDTH

NARROWEST = 262
"""Pixels of a plot on a phone: names that fit there fit everywhere."""

LETTER, TALL = 6.2, 13
"""Pixels of the page's small print: the width of an average letter, the height of a line."""

GAP = 5
"""Pixels between a name and its line."""

SHARES = (1.0, 0.02, 0.8, 0.6, 0.4, 0.2)
"""Where along its line a name is tried: at the right end first."""

Line = Sequence[tuple[int, int]]
"""Points from left to right: ``WIDTH`` units across, pixels down."""


@dataclass(frozen=True)
class LabelPlace:
    """Where a name is: percent across, its base line in pixels, and its anchor."""

    x: float
    y: int
    anchor: str


@dataclass(frozen=True)
class _Box:
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        beside = self.right < other.left or other.right < self.left
        return not beside and self.top < other.bottom and other.top < self.bottom

    def is_crossed(self, line: Line) -> bool:
        """Whether a line passes through, within two pixels."""
        step = (self.right - self.left) / 16
        heights = [height(line, self.left + at * step) for at in range(17)]
        known = [y for y in heights if y is not None]
        return any(self.top - 2 < y < self.bottom + 2 for y in known) or any(
            min(a, b) < self.top and max(a, b) > self.bottom for a, b in pairwise(known)
        )


def beside(names: Sequence[str], lines: Sequence[Line], high: int) -> list[LabelPlace] | None:
    """A place next to its own line for every name, on which no line and no other name lies.

    Args:
        names: the names of the lines.
        lines: the lines, in the names' order.
        high: the height of the plot in pixels.

    Returns:
        The places in the names' order; ``None`` if a name has none.
    """
    taken: list[_Box] = []
    places = []
    for name, line in zip(names, lines, strict=True):
        found = next(
            (
                (place, box)
                for place, box in _tried(name, line, high)
                if not any(box.meets(other) for other in taken)
                and not any(box.is_crossed(other) for other in lines)
            ),
            None,
        )
        if found is None:
            return None
        places.append(found[0])
        taken.append(found[1])
    return places


def height(line: Line, x: float) -> float | None:
    """How far down a line is at ``x``; ``None`` where it is not."""
    if not line or not line[0][0] <= x <= line[-1][0]:
        return None
    right = bisect_left(line, x, key=lambda point: point[0])
    if right == 0 or line[right][0] == x:
        return line[right][1]
    (x0, y0), (x1, y1) = line[right - 1], line[right]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def _tried(name: str, line: Line, high: int) -> Iterator[tuple[LabelPlace, _Box]]:
    wide = len(name) * LETTER * WIDTH / NARROWEST
    first, last = line[0][0], line[-1][0]
    for share in SHARES:
        x = first + share * (last - first)
        at_end = share == SHARES[0]
        left = x - wide if at_end else x
        ys = [y for at in range(9) if (y := height(line, left + at * wide / 8)) is not None]
        if not ys or left < 0 or left + wide > WIDTH:
            continue
        for base in (min(ys) - GAP, max(ys) + GAP + TALL - 3):
            box = _Box(left, left + wide, base - TALL + 3, base + 3)
            if box.top >= 0 and box.bottom <= high:
                yield LabelPlace(x * 100 / WIDTH, round(base), "end" if at_end else "start"), box
