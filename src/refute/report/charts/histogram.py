"""Histograms of weights: the first arm as bars, others as outlines, the bin at zero marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from refute.ledger import SeriesRecord
from refute.prose.numbers import number_in_words
from refute.prose.text import capitalized
from refute.report.charts.arms import Bundle
from refute.report.charts.captions import named
from refute.report.charts.figure import Figure
from refute.report.charts.frame import HIGH, Frame, Grid, frame
from refute.report.charts.medians import points
from refute.report.charts.svg import dots
from refute.report.scales import Scale

Bar = tuple[float, float, float]
"""Left, right and height."""

ABOVE = 6
"""Units that the mark of the zero bin stands above its highest bar."""


def histogram(bundle: Bundle, id: str) -> Figure:
    """The median height of every bin; the ``x`` of a series are the middles of equal bins."""
    bars = [_bars(arm.series) for arm in bundle]
    every = [bar for arm in bars for bar in arm]
    up = Scale.covering([0.0, *(bar[2] for bar in every)], margin=0.08)
    grid = Grid(
        Scale.covering([edge for bar in every for edge in bar[:2]], margin=0.0),
        replace(up, low=0.0),  # bars stand on the axis
    )
    first = bundle[0].series
    zeros = [_at_zero(arm) for arm in bars]
    caption = _caption(bundle, zeros)
    names = [arm.label for arm in bundle] if len(bundle) > 1 else []
    plot = frame(id, f"Histogram: {first.name}", grid, first.x_label, names)
    plot.draw("bars a1", _outline(grid, bars[0]))
    for at, arm in enumerate(bars[1:], start=2):
        plot.draw(f"line a{at}", _outline(grid, arm).removesuffix("z"))
    _mark_zero(plot, grid, bars[0], zeros)
    said = f"{capitalized(first.y_label or first.name)}: {caption}"
    return Figure.of(bundle, plot.svg, said, id, "Medians of")


def _bars(series: SeriesRecord) -> list[Bar]:
    middles = points(series)
    half = (middles[1][0] - middles[0][0]) / 2
    return [(x - half, x + half, max(height, 0.0)) for x, height in middles]


def _at_zero(bars: Sequence[Bar]) -> Bar | None:
    return next((bar for bar in bars if bar[0] <= 0 < bar[1]), None)


def _mark_zero(plot: Frame, grid: Grid, first: Sequence[Bar], zeros: Sequence[Bar | None]) -> None:
    """The bars' own bin at zero is filled, and a dot stands above the highest of all arms."""
    own = _at_zero(first)
    if own is not None:
        plot.draw("zero", _outline(grid, [own]))
    found = [bar for bar in zeros if bar is not None]
    if found:
        left, right, _ = found[0]
        top = grid.y(max(bar[2] for bar in found))
        plot.draw("mark", dots([(grid.x((left + right) / 2), max(top - ABOVE, 4))]))


def _outline(grid: Grid, bars: Sequence[Bar]) -> str:
    """Adjacent bars as a line from zero to zero, without invisibly low bars at the ends."""
    levels = [(grid.x(left), grid.x(right), grid.y(height)) for left, right, height in bars]
    while levels and levels[0][2] == HIGH:
        levels.pop(0)
    while levels and levels[-1][2] == HIGH:
        levels.pop()
    if not levels:
        return ""
    d, at = f"M{levels[0][0]} {HIGH}", HIGH
    run = levels[0][0]
    for left, _, y in levels:
        if y != at:
            d += (f"h{left - run}" if left != run else "") + f"v{y - at}"
            run, at = left, y
    return f"{d}h{levels[-1][1] - run}V{HIGH}z"


def _caption(bundle: Bundle, zeros: Sequence[Bar | None]) -> str:
    if all(bar is None for bar in zeros):
        return f"median of {len(bundle[0].series.x)} bins, none of them at 0."
    shares = [
        _height(bar, share="share" in arm.series.y_label) + named(arm, bundle)
        for arm, bar in zip(bundle, zeros, strict=True)
        if bar is not None
    ]
    width = next(bar[1] - bar[0] for bar in zeros if bar is not None)
    return f"the marked bin at 0, {width:.2g} wide, holds {', '.join(shares)}."


def _height(bar: Bar, *, share: bool) -> str:
    return f"{100 * bar[2]:.3g} %" if share else number_in_words(bar[2])
