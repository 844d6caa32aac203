"""Time ratios as dots: a dot for each replicate, which is a ratio of interleaved timings.

Timings crowd, so dots that would cover one another are put in rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from refute.report.charts.svg import WIDTH, dots
from refute.report.charts.thinning import order_statistics

ROWS, ROW = 3, 4
"""Rows of dots, and the pixels between two of them."""

WIDE = 8
"""Units that a dot covers on a chart of usual width."""

MOST_DOTS = 64


def pair_dots(places: Sequence[float], height: int) -> str:
    """Dots at ascending places in percent, in rows at the bottom of a strip."""
    last_in_row = [-float(WIDE)] * ROWS
    drawn = []
    for place in order_statistics(places, MOST_DOTS):
        x = round(place * WIDTH / 100)
        row = next((at for at in range(ROWS) if x - last_in_row[at] >= WIDE), None)
        if row is None:  # every row is crowded: take the one with most room
            row = min(range(ROWS), key=lambda at: last_in_row[at])
        if x > last_in_row[row]:
            last_in_row[row] = x
            drawn.append((x, height - 2 - row * ROW))
    return dots(drawn)
