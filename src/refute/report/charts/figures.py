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
"""The most and the least pictures drawn for one claim: a page of eighty claims must stay below a
megabyte.  The least number is drawn even if they show something other than what was measured.
"""

_EMPTY = {"the", "and", "with", "per", "hidden", "layer", "layers", "last", "first", "relative"}

_DRAWERS = {"histogram": histogram, "trajectory": trajectory, "curve": bands, "layers": bands}


@dataclass(frozen=True)
class Figures:
    """The pictures of a claim, and how many more series are only in the ledger."""

    drawn: tuple[Figure, ...]
    left: int


def figures(claim: ClaimRecord, prefix: str) -> Figures:
    """Every figure of a claim.

    Args:
        claim: with its readings.
        prefix: of the figures' ids; unique on the page.
    """
    found, asked = _by_telling(claim, bundles(claim.readings))
    shown = found[: max(min(asked, MOST_BUNDLES), LEAST_BUNDLES)]
    drawn = [_DRAWERS[one[0].series.kind](one, f"{prefix}s{at}") for at, one in enumerate(shown)]
    examples = functions(claim.readings, f"{prefix}e")
    drawn_settings = [
        settings(one, f"{prefix}r{at}") for at, one in enumerate(claim.role("reading"))
    ]
    return Figures(
        (*examples, *(one for one in drawn_settings if one is not None), *drawn),
        len(found) - len(shown),
    )


def _by_telling(claim: ClaimRecord, found: Sequence[Bundle]) -> tuple[list[Bundle], int]:
    """The order in which they are drawn while there is room, and how many were asked about.

    First come pictures of what the readings measured, recognized by words that a series' name
    shares with their quantities; among these, one of each name before a second one.
    """
    asked = set()
    for one in claim.readings:
        if isinstance(one.evidence, Measured):
            asked |= _words(one.evidence.quantity.name)
    times: dict[tuple[str, str], int] = {}
    ranked = []
    for at, bundle in enumerate(found):
        series = bundle[0].series
        again = times[series.kind, series.name] = times.get((series.kind, series.name), -1) + 1
        words = _words(series.name)
        unasked = 1 - len(words & asked) / max(len(words), 1)
        ranked.append(((unasked == 1, again, unasked, at), bundle))
    ranked.sort(key=lambda one: one[0])
    return [bundle for _, bundle in ranked], sum(not rank[0] for rank, _ in ranked)


def _words(text: str) -> set[str]:
    """The words that carry meaning; a standard deviation counts as a variance."""
    words = set(re.findall(r"[a-z]{3,}", text.lower())) - _EMPTY
    return words | {"standard", "deviation"} if "variance" in words else words
