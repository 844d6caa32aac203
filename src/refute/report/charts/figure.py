"""A figure: a picture with the caption that states what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from markupsafe import Markup

from refute.report.charts.arms import Arm

MOST_NAMES = 3
"""Readings that a caption names."""


@dataclass(frozen=True)
class Figure:
    """A picture of a claim.

    Args:
        id: that of the caption; unique on the page.
        svg: the picture.
        caption: what it shows, in words.
        readings: the readings that recorded what is drawn, if the picture does not name them.
        note: what lines and bands are, and of how many replicates, if there are any.
    """

    id: str
    svg: Markup
    caption: str
    readings: tuple[str, ...] = ()
    note: str = ""

    @classmethod
    def of(cls, arms: Sequence[Arm], svg: Markup, caption: str, id: str, note: str = "") -> Self:
        """A figure of series; the number of their replicates follows ``note``."""
        readings = dict.fromkeys(name for arm in arms for name in arm.readings)
        if all(arm.readings == (arm.label,) for arm in arms):
            readings = {}  # the picture names them
        counts = " and ".join(map(str, sorted({arm.replicates for arm in arms})))
        whole = f"{note} {counts} replicates." if note else ""
        return cls(id, svg, caption, tuple(readings), whole)

    @property
    def sources(self) -> str:
        """The readings as the caption names them: a few, and how many more."""
        named = ", ".join(f"“{name}”" for name in self.readings[:MOST_NAMES])
        more = len(self.readings) - MOST_NAMES
        return f"{named} and {more} more" if more > 0 else named
