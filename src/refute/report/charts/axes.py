"""Axes: round numbers along them, as labels and as strokes."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from refute.report.charts.svg import WIDTH, add
from refute.report.markup import SUPERSCRIPTS
from refute.report.scales import Scale

TICK, LABEL = 5, 17
"""Pixels below an axis: the length of its strokes, and the base line of its numbers."""

NEAR_AN_END = 4.0
"""Percent from an end of the axis within which a label is moved inwards."""


@dataclass(frozen=True)
class Tick:
    """A labelled place along an axis, in percent."""

    at: float
    label: str


def ticks(scale: Scale, most: int = 6, *, in_points: bool = False) -> tuple[Tick, ...]:
    """At most ``most`` round numbers along an axis, of shares if wanted in percentage points."""
    label = points_label if in_points else tick_label
    return tuple(Tick(scale.place(x), label(x)) for x in scale.ticks(most))


def points_label(x: float) -> str:
    """A share in percentage points, without their unit: ``2`` for 0.02."""
    return tick_label(float(f"{100 * x:.10g}"))


def tick_label(x: float) -> str:
    """A number in the short form of a tick: ``0.02``, ``10⁻⁴``, ``2.5·10⁶``."""
    if x == 0 or 1e-3 <= abs(x) < 1e6:
        return f"{x:.10g}".replace("-", "−")
    mantissa, exponent = f"{x:.9e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".").replace("-", "−")
    power = "10" + str(int(exponent)).translate(SUPERSCRIPTS)
    return {"1": power, "−1": f"−{power}"}.get(mantissa, f"{mantissa}·{power}")


def strokes_below(marked: tuple[Tick, ...], top: int) -> str:
    """The path of a horizontal axis and its strokes, in a box of ``WIDTH`` units."""
    places = "".join(f"M{round(tick.at * WIDTH / 100)} {top}v{TICK}" for tick in marked)
    return f"M0 {top}h{WIDTH}{places}"


def numbers_below(parent: Element, marked: tuple[Tick, ...], top: int) -> None:
    """The numbers of a horizontal axis, ``top`` pixels down."""
    words = add(parent, "svg", y=top + LABEL)
    for tick in marked:
        attributes = {"x": f"{tick.at:g}%"}
        if tick.at < NEAR_AN_END:
            attributes["class"] = "start"
        elif tick.at > 100 - NEAR_AN_END:
            attributes["class"] = "end"
        add(words, "text", tick.label, **attributes)
