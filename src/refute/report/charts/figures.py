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

MOST_BUNDLES = 3
"""Pictures of series drawn of one claim: a page of sixty claims is to stay below a megabyte."""

_DRAWERS = {"histogram": histogram, "trajectory": trajectory, "curve": bands, "layers": bands}


@dataclass(frozen=True)
class Figures:
    """What is drawn of a claim, and of how many more series the ledger has the numbers."""

    drawn: tuple[Figure, ...]
    left: int


def figures(claim: ClaimRecord, prefix: str) -> Figures:
    """Every figure of a claim.

    Args:
        claim: with its readings.
        prefix: of the figures' ids; unique on the page.
    """
    found = _by_telling(claim, bundles(claim.readings))
    shown = found[:MOST_BUNDLES]
    drawn = [_DRAWERS[one[0].series.kind](one, f"{prefix}s{at}") for at, one in enumerate(shown)]
    examples = functions(claim.readings, f"{prefix}e")
    drawn_settings = [
        settings(one, f"{prefix}r{at}") for at, one in enumerate(claim.role("reading"))
    ]
    return Figures(
        (*examples, *(one for one in drawn_settings if one is not None), *drawn),
        len(found) - len(shown),
    )


def _by_telling(claim: ClaimRecord, found: Sequence[Bundle]) -> list[Bundle]:
    """The order in which they are drawn while there is room.

    First come pictures of what a reading measured, told by the words that its quantity shares
    with the series' name; of several, one of each name before another of the same.
    """
    quantities = {
        one.name: one.evidence.quantity
        for one in claim.readings
        if isinstance(one.evidence, Measured)
    }
    asked = _words(" ".join(quantities.values()))
    seen: dict[tuple[str, str], int] = {}
    ranked = []
    for at, bundle in enumerate(found):
        series = bundle[0].series
        times = seen[series.kind, series.name] = seen.get((series.kind, series.name), -1) + 1
        words = _words(series.name)
        ranked.append((times, -len(words & asked) / max(len(words), 1), at, bundle))
    return [bundle for *_, bundle in sorted(ranked, key=lambda one: one[:3])]


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]+", text.lower()) if len(word) > 2}
