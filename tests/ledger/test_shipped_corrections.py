"""Corrections name a single number only where the shipped run knows it well enough."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from refute.ledger import Measured, ReadingRecord, value
from refute.ledger.shipped import shipped
from refute.prose.corrections import fill, placeholders

pytest.importorskip("torch", reason="claims are listed, and they import the lab")

ROOT = Path(__file__).parents[2]

SINGLE = ("", "estimate", "size", "way", "percent", "points")
"""The fields of a placeholder that are one number."""

WIDEST = 1.5
"""The widest interval of a number that stands alone, in units of the number."""


@cache
def templates() -> dict[str, str]:
    """The correction of every claim that has one, with its placeholders."""
    listed = subprocess.run(
        [sys.executable, "-m", "refute", "list", "claims", "--json"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    claims = json.loads(listed.stdout)
    return {claim["id"]: claim["correction"] for claim in claims if claim["correction"]}


def is_vague(reading: ReadingRecord, field: str) -> bool:
    """Whether a number says less than it seems to; one that says "the same" does not."""
    evidence = reading.evidence
    if field not in SINGLE or not isinstance(evidence, Measured):
        return False
    if fill(f"{{{reading.name}:way}}", [reading]) == "the same":
        return False
    width = value(evidence.high) - value(evidence.low)
    return width > WIDEST * abs(value(evidence.estimate))


def test_a_number_with_a_wide_interval_never_stands_alone() -> None:
    corrections, ledger = templates(), shipped()
    assert ledger is not None
    checked, vague = 0, []
    for claim in ledger.claims:
        readings = {reading.name: reading for reading in claim.readings}
        for name, field in placeholders(corrections.get(claim.id, "")):
            if name in readings:
                checked += 1
                if is_vague(readings[name], field):
                    vague.append(f"{claim.id}: {{{name}:{field}}}")
    assert checked > 100
    assert not vague, "give :range or :count instead: " + "; ".join(vague)


def test_a_difference_that_is_not_zero_is_never_called_the_same() -> None:
    """``:within`` is for "the same within ...", so the interval must contain no difference."""
    corrections, ledger = templates(), shipped()
    assert ledger is not None
    checked, different = 0, []
    for claim in ledger.claims:
        readings = {reading.name: reading.evidence for reading in claim.readings}
        for name, field in placeholders(corrections.get(claim.id, "")):
            evidence = readings.get(name)
            if field == "within" and isinstance(evidence, Measured):
                checked += 1
                if not value(evidence.low) <= 0 <= value(evidence.high):
                    different.append(f"{claim.id}: {{{name}:{field}}}")
    assert checked > 10
    assert not different, "give :range instead: " + "; ".join(different)
