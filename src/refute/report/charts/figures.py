"""The figures of a claim: each distinct picture once, the most telling ones first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from refute.ledger import ClaimRecord, Measured
from refute.report.charts.arms import Bundle, bundles
from refute.report.charts.bands import bands
from refute.report.charts.figure import Figure
from refute.report.charts.function import functions
from refute.report.charts.histogram import histogram
from refute.report.charts.settings import settings
from refute.report.charts.trajectory import trajectory

MOST_BUNDLES, LEAST_BUNDLES = 2, 1
"""The most and the fewest pictures of series drawn for a claim, to keep the page small.

The fewest are drawn even if they show something other than what was measured.
"""

_EMPTY = {"the", "and", "with", "per", "hidden", "layer", "layers", "last", "first", "relative"}

_DRAWERS = {"histogram": histogram, "trajectory": trajectory, "curve": bands, "layers": bands}


@dataclass(frozen=True)
class Figures:
    """The pictures of a claim, and how many more series are only in the ledger."""

    drawn: tuple[Figure, ...]
    left: int


def figures(claim: ClaimRecord, prefix: str) -> Figures:
    """The figures of a claim.

    Args:
        claim: the claim with its readings.
        prefix: the beginning of the figures' ids; unique on the page.
    """
    ranked, measured = _ranked(claim, bundles(claim.readings))
    shown = ranked[: max(min(measured, MOST_BUNDLES), LEAST_BUNDLES)]
    drawn = [
        _DRAWERS[bundle[0].series.kind](bundle, f"{prefix}s{at}") for at, bundle in enumerate(shown)
    ]
    examples = functions(claim.readings, f"{prefix}e")
    drawn_settings = [
        settings(reading, f"{prefix}r{at}") for at, reading in enumerate(claim.role("reading"))
    ]
    return Figures(
        (*examples, *(figure for figure in drawn_settings if figure is not None), *drawn),
        len(ranked) - len(shown),
    )


def _ranked(claim: ClaimRecord, found: Sequence[Bundle]) -> tuple[list[Bundle], int]:
    """The pictures, most telling first, and how many of them show what was measured.

    A picture shows what was measured if its series' name shares words with the quantity of a
    reading.  Among these, the first picture of each name comes before the second of any.
    """
    asked = set()
    for reading in claim.readings:
        if isinstance(reading.evidence, Measured):
            asked |= _words(reading.evidence.quantity.name)
    times: dict[tuple[str, str], int] = {}
    ranked = []
    for at, bundle in enumerate(found):
        series = bundle[0].series
        again = times[series.kind, series.name] = times.get((series.kind, series.name), -1) + 1
        words = _words(series.name)
        unasked = 1 - len(words & asked) / max(len(words), 1)
        ranked.append(((unasked == 1, again, unasked, at), bundle))
    ranked.sort(key=lambda rank: rank[0])
    return [bundle for _, bundle in ranked], sum(not rank[0] for rank, _ in ranked)


def _words(text: str) -> set[str]:
    """The words that carry meaning; a standard deviation counts as a variance."""
    words = set(re.findall(r"[a-z]{3,}", text.lower())) - _EMPTY
    return words | {"standard", "deviation"} if "variance" in words else words
