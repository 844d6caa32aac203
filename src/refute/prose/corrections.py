"""Corrections: what is true instead, with numbers filled in from the evidence, never typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from refute.ledger import Measured, ReadingRecord, Searched
from refute.prose.evidence import number_in_words

_PLACEHOLDER = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")

FIELDS = ("estimate", "low", "high", "n", "examples", "counterexample")
"""What a placeholder may ask of a reading, after a colon."""


def placeholders(template: str) -> list[tuple[str, str]]:
    """The (reading, field) of every placeholder; the field is empty where none is asked for."""
    return _PLACEHOLDER.findall(template)


def fill(template: str, readings: Sequence[ReadingRecord]) -> str:
    """Replace ``{reading name}`` or ``{reading name:field}`` by what was measured.

    A reading that measured nothing (it broke, or timing was off) leaves "(not measured)".
    """
    by_name = {reading.name: reading for reading in readings}

    def number(match: re.Match[str]) -> str:
        reading = by_name.get(match[1])
        return _field(reading, match[2] or "estimate") if reading else "(not measured)"

    return _PLACEHOLDER.sub(number, template)


def _field(reading: ReadingRecord, name: str) -> str:
    evidence = reading.evidence
    if isinstance(evidence, Measured) and name in ("estimate", "low", "high"):
        return number_in_words(getattr(evidence, name))
    if isinstance(evidence, Measured) and name == "n":
        return f"{evidence.n}"
    if isinstance(evidence, Searched) and name in ("examples", "n"):
        return f"{evidence.examples}"
    if isinstance(evidence, Searched) and name in ("counterexample", "estimate"):
        return evidence.counterexample or evidence.witness or "(none found)"
    return "(not measured)"
