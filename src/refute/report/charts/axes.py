"""Axes: round numbers along them, as labels and as strokes."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from refute.prose.text import SUPERSCRIPTS
from refute.report.charts.svg import WIDTH, add
from refute.report.scales import Scale

TICK, LABEL = 5, 17
"""Pixels below an axis: how long its strokes are, and the line its numbers stand on."""

NEAR_AN_END = 4.0
"""Percent within which a label is put inside of an axis' end."""


@dataclass(frozen=True)
class Tick:
    """A labelled place along an axis, in percent."""

    at: float
    label: str


def ticks(scale: Scale, most: int = 6) -> tuple[Tick, ...]:
    """At most so many round numbers along an axis."""
    return tuple(Tick(scale.place(x), tick_label(x)) for x in scale.ticks(most))


def tick_label(x: float) -> str:
    """As short as a tick must be, and exact: ``0.02``, ``10⁻⁴``, ``2.5·10⁶``."""
    if x == 0 or 1e-3 <= abs(x) < 1e6:
        return f"{x:.10g}".replace("-", "−")
    mantissa, exponent = f"{x:.9e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".").replace("-", "−")
    power = "10" + str(int(exponent)).translate(SUPERSCRIPTS)
    return {"1": power, "−1": f"−{power}"}.get(mantissa, f"{mantissa}·{power}")


def strokes_below(marked: tuple[Tick, ...], top: int) -> str:
    """The path of a horizontal axis and its strokes, in a box of ``WIDTH`` units."""
    places = "".join(f"M{round(one.at * WIDTH / 100)} {top}v{TICK}" for one in marked)
    return f"M0 {top}h{WIDTH}{places}"


def numbers_below(parent: Element, marked: tuple[Tick, ...], top: int) -> None:
    """The numbers of a horizontal axis, ``top`` pixels down."""
    words = add(parent, "svg", y=top + LABEL)
    for one in marked:
        attributes = {"x": f"{one.at:g}%"}
        if one.at < NEAR_AN_END:
            attributes["class"] = "start"
        elif one.at > 100 - NEAR_AN_END:
            attributes["class"] = "end"
        add(words, "text", one.label, **attributes)
