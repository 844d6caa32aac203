"""Corrections: what is true instead, with numbers filled in from the evidence, never typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from refute.ledger import Measured, ReadingRecord, Searched, number, value
from refute.prose.finding import way
from refute.prose.numbers import known, percent

_PLACEHOLDER = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")

FIELDS = (
    "estimate", "low", "high", "n", "size", "way", "percent", "points",
    "examples", "counterexample",
)  # fmt: skip
"""The fields of a reading that a placeholder may name after a colon."""

NOT_MEASURED = "(not measured)"


def placeholders(template: str) -> list[tuple[str, str]]:
    """The (reading, field) of every placeholder; the field is empty if none is given."""
    return _PLACEHOLDER.findall(template)


def fill(template: str, readings: Sequence[ReadingRecord]) -> str:
    """Replace each ``{reading name}`` or ``{reading name:field}`` by what was measured.

    Fields of a measurement are ``estimate`` (the default), ``low`` and ``high`` of its interval,
    ``size`` (its absolute value), ``way`` (a difference: "0.003 lower"), ``percent`` (a share),
    ``points`` (a difference of shares) and ``n``.  Fields of a search are ``counterexample`` and
    ``examples``.  No number is more exact than its interval.  A reading that measured nothing (it
    broke, or timing was off) gives "(not measured)".
    """
    by_name = {reading.name: reading for reading in readings}

    def filled(match: re.Match[str]) -> str:
        reading = by_name.get(match[1])
        return _field(reading, match[2] or "estimate") if reading else NOT_MEASURED

    return _PLACEHOLDER.sub(filled, template)


def _field(reading: ReadingRecord, name: str) -> str:
    match reading.evidence:
        case Measured() as measured:
            return _of_measured(measured, name) or NOT_MEASURED
        case Searched() as searched if name in ("examples", "n"):
            return f"{searched.examples}"
        case Searched() as searched if name in ("counterexample", "estimate"):
            return searched.said or searched.found or "(none found)"
    return NOT_MEASURED


def _of_measured(measured: Measured, name: str) -> str | None:
    x = value(measured.estimate)
    match name:
        case "estimate" | "low" | "high":
            return known(getattr(measured, name), measured)
        case "size":
            return known(number(abs(x)), measured)
        case "way":
            return way(measured)
        case "percent":
            return percent(measured.estimate)
        case "points":
            points = percent(number(abs(x))).removesuffix(" %")
            return f"{points} percentage point{'' if points == '1' else 's'}"
        case "n":
            return f"{measured.n}"
    return None
