"""What was measured, as a person would say it, and the count that decided.

``refute.prose.evidence`` gives the exact line for terminals and tools: quantity, interval, region,
counts.  Here the same record becomes a phrase short enough for a margin: "2.9 times as many steps
(2.3 to 3.4 in 32 pairs)".
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from refute.ledger import (
    Cited,
    ClaimRecord,
    Measured,
    NotMeasured,
    QuantityRecord,
    ReadingRecord,
    Searched,
    number,
    value,
)
from refute.prose.counts import count_in_words
from refute.prose.evidence import (
    examples,
    found_nothing,
    message_in_words,
    region_in_words,
    why_not_measured,
)
from refute.prose.numbers import (
    estimate,
    in_how_many,
    interval,
    known,
    percent,
    points,
    replicates,
    with_unit,
)
from refute.prose.reasons import on_what_it_depends, strictly
from refute.prose.text import begin_alike
from refute.spacing import single_spaced

HEAD_LENGTH = 200
"""The most characters of a quantity's name in a phrase; its reading has the whole name."""

LONG_NAME = 140
"""The most characters of a name that repeats the words that its two arms share."""


def result_in_words(reading: ReadingRecord) -> str:
    """What a reading found, without its name, its region or a full stop."""
    match reading.evidence:
        case Measured() as measured:
            return _measured(measured)
        case Searched() as searched:
            return _searched(searched)
        case None if reading.error:
            return "broke: no verdict"
        case NotMeasured() | Cited() | None as rest:
            return why_not_measured(rest)


def numbers(measured: Measured) -> str:
    """Estimate, interval and replicates, to be printed beside the name of the quantity."""
    if measured.region.of == "proportion":
        low, high = percent(measured.low), percent(measured.high)
        return f"{percent(measured.estimate)} ({low} to {high} of all {replicates(measured)})"
    if measured.quantity.kind == "difference":
        return _difference(measured)
    return f"{_amount(measured)} ({interval(measured)})"


def outcome(reading: ReadingRecord) -> str:
    """The outcome of a reading, or why it has none, in a word or two."""
    return reading.outcome or ("broke" if reading.error else "not run")


def claimed(reading: ReadingRecord) -> str | None:
    """The claimed region with its bounds; ``None`` if nothing was measured."""
    evidence = reading.evidence
    return region_in_words(evidence.region) if isinstance(evidence, Measured) else None


def count(reading: ReadingRecord) -> str:
    """The count that decided a reading; what it found, if nothing was counted."""
    if isinstance(reading.evidence, Measured):
        return count_in_words(reading.evidence, reading.outcome)
    return result_in_words(reading)


def decided(claim: ClaimRecord) -> str | None:
    """Why a claim has its verdict, with the count that decided or what it depends on.

    ``None`` if no reading decided it: then the recorded reason says more.
    """
    readings = claim.of_sense
    holding = [reading for reading in readings if reading.outcome == "holds"]
    failing = [reading for reading in readings if reading.outcome == "fails"]
    deciding = claim.deciding
    match claim.final_verdict:
        case "SUPPORTED" if holding and deciding:
            plainly = f"It holds{_in_all(holding)}: {_deciding(deciding, holding)}."
            return f"{plainly} {strictly(claim)}" if claim.strictly else plainly
        case "REFUTED" if failing and deciding:
            return f"It fails{_in_all(failing)}: {_deciding(deciding, failing)}."
        case "DEPENDS" if holding and failing and deciding:
            if (depends := on_what_it_depends(claim)) is not None:
                return f"It {depends}. In “{deciding.name}”, {count(deciding)}."
            return (
                f"It holds in {len(holding)} of {len(readings)} readings and fails in "
                f"{len(failing)}: in “{deciding.name}”, {count(deciding)}."
            )
        case _:
            return None


def _in_all(decided: Sequence[ReadingRecord]) -> str:
    number = len(decided)
    return {1: "", 2: " in both readings"}.get(number, f" in all {number} readings")


def _deciding(shown: ReadingRecord, among: Sequence[ReadingRecord]) -> str:
    """The count of a reading; its name is left out if no other reading has another count."""
    words = count(shown)
    if len({count(reading) for reading in among}) == 1:
        return words if len(among) == 1 else f"in each, {words}"
    return f"in “{shown.name}”, {words}"


def _measured(measured: Measured) -> str:
    quantity = measured.quantity
    if measured.region.of == "proportion":
        return _share(measured)
    head = _shortened(quantity.what or _arms(quantity))
    if quantity.kind == "difference" and quantity.compares:
        return f"{head} {_difference(measured)}"
    if quantity.kind == "ratio" and quantity.compares:
        return f"{_amount(measured)}{_of_what(quantity)} ({interval(measured)})"
    amount = estimate(measured) if quantity.kind == "ratio" else _amount(measured)
    return f"{head}: {amount} ({interval(measured)})"


def _arms(quantity: QuantityRecord) -> str:
    """The name of a quantity; if it is long, what its two arms share is said once.

    "Variance of outputs with digits / variance of inputs with digits" is "variance of outputs /
    inputs with digits".
    """
    if len(quantity.arms) != 2 or len(quantity.name) <= LONG_NAME:
        return quantity.name
    first, second = (arm.name.split() for arm in quantity.arms)
    before = begin_alike([first, second])
    after = begin_alike([first[before:][::-1], second[before:][::-1]])
    own, other = first[: len(first) - after], second[before:]
    if len(own) == before or len(other) == after:
        return quantity.name
    sign = "/" if quantity.kind == "ratio" else "−"
    return " ".join([*own, sign, *other])


def _amount(measured: Measured) -> str:
    """The estimate with its unit."""
    quantity, amount = measured.quantity, estimate(measured)
    if quantity.kind == "ratio" or quantity.unit == "times":
        return f"{amount} times"
    return f"{amount} orders of magnitude" if quantity.unit == "decades" else amount


def _of_what(quantity: QuantityRecord) -> str:
    """What follows "2 times": as many steps, as long, the log loss."""
    if quantity.unit == "s":
        return " as long"
    as_many = quantity.unit == "steps"
    return (
        f" as many {_shortened(quantity.what)}" if as_many else f" the {_shortened(quantity.what)}"
    )


def _share(measured: Measured) -> str:
    """In how many replicates the claim is true, and the interval of their share."""
    noun = replicates(measured)
    low, high = percent(measured.low), percent(measured.high)
    if measured.capped:
        return (
            f"true in {percent(measured.estimate)} of {measured.n} {noun} ({low} to {high} of all)"
        )
    true = sum(replicate == 1 for replicate in measured.values)
    return f"true in {true or 'none'} of {measured.n} {noun} ({low} to {high} of all)"


def _difference(measured: Measured) -> str:
    """How much higher or lower the first of two arms is, with the interval."""
    low, high = value(measured.low), value(measured.high)
    if low == high == 0:
        return f"the same {in_how_many(measured)}"
    between = ends(measured) if low < 0 < high else _sizes(measured)
    return f"{way(measured)} ({between} {in_how_many(measured)})"


def ends(measured: Measured) -> str:
    """The interval of a difference: ``0.03 to 0.6 lower``, ``0.008 lower to 0.011 higher``."""
    low, high = value(measured.low), value(measured.high)
    if low == high == 0:
        return "the same"
    if low < 0 < high:
        higher = way(measured, high)
        if points(measured) and higher != "the same":  # the unit is said once
            higher = f"{known(measured.high, measured)} higher"
        return f"{way(measured, low)} to {higher}"
    return f"{_with_unit(_sizes(measured), measured)} {'higher' if low >= 0 else 'lower'}"


def _with_unit(shown: str, measured: Measured) -> str:
    """The size of a difference, or both ends of its interval, with the unit."""
    if measured.quantity.unit == "decades":
        return f"{shown} orders of magnitude"
    return with_unit(shown, measured)


def _sizes(measured: Measured) -> str:
    """The interval of a difference without its sign, the end nearer to 0 first."""
    nearer, further = sorted(abs(value(end)) for end in (measured.low, measured.high))
    return f"{known(number(nearer), measured)} to {known(number(further), measured)}"


def way(measured: Measured, x: float | None = None) -> str:
    """A difference or an end of its interval: ``2 percentage points higher``, ``the same``."""
    x = value(measured.estimate) if x is None else x
    shown = known(number(abs(x)), measured)
    if x == 0 or shown == "0":
        return "the same"
    return f"{_with_unit(shown, measured)} {'higher' if x > 0 else 'lower'}"


def _shortened(head: str) -> str:
    return textwrap.shorten(head.rstrip(","), HEAD_LENGTH, placeholder=" …")


def _searched(searched: Searched) -> str:
    if searched.found is None:
        return found_nothing(searched)
    kind = "a counterexample" if searched.counterexample is not None else "a witness"
    example = f": {single_spaced(searched.said)}" if searched.said else _after(searched)
    message = message_in_words(searched)
    return f"{kind}{example} ({message})" if message else f"{kind}{example}"


def _after(searched: Searched) -> str:
    return ", the first example tried" if searched.examples == 1 else f" in {examples(searched)}"
