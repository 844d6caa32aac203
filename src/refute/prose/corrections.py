"""Corrections: what is true instead, with numbers filled in from the evidence, never typed."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from refute.ledger import Measured, ReadingRecord, Searched, number, value
from refute.prose.numbers import known, number_in_words, percent, replicates, with_points
from refute.prose.results import ends, way

_PLACEHOLDER = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")

FIELDS = (
    "estimate", "low", "high", "range", "n", "size", "way", "percent", "percent range", "points",
    "points range", "within", "factor", "factor range", "count", "bare count", "rest", "examples",
    "counterexample",
)  # fmt: skip
"""The fields of a reading that a placeholder may name after a colon."""

NOT_MEASURED = "(not measured)"


def placeholders(template: str) -> list[tuple[str, str]]:
    """The (reading, field) of every placeholder; the field is empty if none is given."""
    return _PLACEHOLDER.findall(template)


def fill(template: str, readings: Sequence[ReadingRecord]) -> str:
    """Replace each ``{reading name}`` or ``{reading name:field}`` by what was measured.

    Fields of a measurement are ``estimate`` (the default), ``low`` and ``high`` of its interval,
    ``range`` (both: "0.05 to 0.9", or of a difference "0.03 to 0.6 lower"), ``size`` (its absolute
    value), ``way`` (a difference: "0.003 lower"), ``percent`` (a share), ``percent range``,
    ``points`` (a difference of shares), ``points range``, ``within`` (the end of an interval that
    is further from 0, rounded up: "1.4 percentage points"), ``factor`` (orders of magnitude as what
    they multiply or divide by: "3.7"), ``factor range``, ``n``, and the number of replicates that
    are as claimed (``count``: "3 of 32 pairs"; ``bare count``: "3 of 32", for a noun of the
    correction's own) or are not (``rest``).  Fields of a search are
    ``counterexample`` and ``examples``.  No number is more exact than its interval.  A reading that
    measured nothing (it broke, or timing was off) gives "(not measured)".
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
            return with_points(_points(abs(x)))
        case "points range":
            return _points_range(value(measured.low), value(measured.high))
        case "within":
            furthest = max(abs(value(measured.low)), abs(value(measured.high)))
            # A bound is never rounded down; 12 digits leave out the round-off of the product.
            tenths = math.ceil(float(f"{1000 * furthest:.12g}"))
            return with_points(f"{tenths / 10:g}")
        case "range" if measured.quantity.kind == "difference":
            return ends(measured)
        case "range":
            return f"{known(measured.low, measured)} to {known(measured.high, measured)}"
        case "percent range":
            return f"{percent(measured.low).removesuffix(' %')} to {percent(measured.high)}"
        case "factor":
            return _factor(abs(x))
        case "factor range":
            return _factor_range(value(measured.low), value(measured.high))
        case "n":
            return f"{measured.n}"
        case "count" | "rest":
            count = _count(measured, as_claimed=name == "count")
            return count and f"{count} {replicates(measured)}"
        case "bare count":
            return _count(measured, as_claimed=True)
    return None


def _points(share: float) -> str:
    return percent(number(share)).removesuffix(" %")


def _points_range(low: float, high: float) -> str:
    if low < 0 < high:
        return f"{_points(-low)} percentage points lower to {_points(high)} higher"
    nearer, further = sorted((abs(low), abs(high)))
    return f"{_points(nearer)} to {_points(further)} percentage points"


def _factor(decades: float) -> str:
    """What so many orders of magnitude multiply by, to two digits."""
    return number_in_words(number(float(f"{10**decades:.2g}")))


def _factor_range(low: float, high: float) -> str:
    ends = (low, high) if low < 0 < high else sorted((abs(low), abs(high)))
    return " to ".join(map(_factor, ends))


def _count(measured: Measured, *, as_claimed: bool) -> str | None:
    """How many replicates are as claimed, or are not; ``None`` if a single edge does not tell.

    A replicate of unknown side may be as claimed: "at most 2 of 32 pairs".
    """
    n = measured.n
    if measured.region.of == "proportion":
        least = sum(replicate == 1 for replicate in measured.values)
        most = least + measured.capped
    elif len(measured.edges) == 1:
        least, most = n - measured.edges[0].wrong, measured.edges[0].within
    else:
        return None
    if as_claimed:
        shown, bound = most, "at most "
    else:
        shown, bound = n - most, "at least "
    return f"{bound if most > least else ''}{shown} of {n}"
