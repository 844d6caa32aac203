"""Evidence in words: the line that terminal, diagnostics and report all print for a reading.

It reads the ledger's records and nothing else.
"""

from __future__ import annotations

from refute.characters import cut_short
from refute.ledger import (
    Cited,
    Ledger,
    Measured,
    NotMeasured,
    ReadingRecord,
    RegionRecord,
    Reused,
    Searched,
)
from refute.prose.counts import count_in_words
from refute.prose.numbers import counted, estimate, interval, moment, number_in_words
from refute.prose.text import one_line

LONGEST = 400
"""Most characters of an example, a message or a reason in a line; the ledger has all of them."""


def in_words(reading: ReadingRecord) -> str:
    """What a reading measured, as one line without a final full stop.

    A measurement names its quantity, the estimate with its interval and replicates, the claimed
    region and the count that decided; a search its examples or its counterexample.  A number from
    an earlier run says when it was measured.
    """
    words = _evidence(reading)
    return words if reading.reused is None else f"{words}; {reused_in_words(reading.reused)}"


def reused_in_words(reused: Reused) -> str:
    """How much of a reading was measured by earlier runs."""
    when = one_line(moment(reused.when))
    if reused.number == reused.of:
        return f"measured {when} by an earlier run"
    return f"{reused.number} of {reused.of} measured by earlier runs, the oldest {when}"


def run_owes_in_words(ledger: Ledger) -> str | None:
    """How many of a run's measurements were reused; ``None`` where none was."""
    measured = [
        reading.reused
        for claim in ledger.claims
        for reading in claim.readings
        if isinstance(reading.evidence, Measured | Searched)
    ]
    reused = [one for one in measured if one is not None]
    if not reused:
        return None
    whole = sum(one.number == one.of for one in reused)
    partly = f", and of {len(reused) - whole} a part" if whole < len(reused) else ""
    oldest = one_line(moment(min(one.when for one in reused)))
    return (
        f"{whole} of {len(measured)} measurements were taken by earlier runs{partly}, "
        f"the oldest {oldest}"
    )


def _evidence(reading: ReadingRecord) -> str:
    match reading.evidence:
        case Measured() as measured:
            return _measured(measured, reading.outcome)
        case Searched() as searched:
            return _searched(searched)
        case NotMeasured(reason=reason):
            return f"not measured: {cut_short(one_line(reason), LONGEST)}"
        case Cited(says=says):
            return f"cited, not measured: {one_line(says)}"
        case None if reading.error:
            return f"broke: {_last_line(reading.error)}"
        case None:
            return "not measured: it has not run"


def region_in_words(region: RegionRecord) -> str:
    """The region's words, with its bounds where the words do not say them."""
    if "(" in region.words or (region.low is None and region.high is None):
        return region.words
    if region.low is None:
        bounds = f"{'less than' if region.high_open else 'at most'} {_edge(region.high)}"
    elif region.high is None:
        bounds = f"{'more than' if region.low_open else 'at least'} {_edge(region.low)}"
    else:
        bounds = f"{_edge(region.low)} to {_edge(region.high)}"
    return f"{region.words} ({bounds})"


def _measured(measured: Measured, outcome: str | None) -> str:
    where = ", timed on this machine" if measured.timed else ""
    capped = f", {measured.capped} stopped by their budget" if measured.capped else ""
    return (
        f"{measured.quantity.name}: {estimate(measured)} ({interval(measured)}{capped}{where}); "
        f"claimed {region_in_words(measured.region)}: {count_in_words(measured, outcome)}"
    )


def _edge(edge: float | None) -> str:
    assert edge is not None
    return number_in_words(edge)


def _searched(searched: Searched) -> str:
    if searched.found is None:
        return found_nothing(searched)
    kind = "counterexample" if searched.counterexample is not None else "witness"
    message = message_in_words(searched)
    remark = f" ({message})" if message else ""
    found = cut_short(one_line(searched.said or searched.found), LONGEST)
    return f"{kind}: {found}{remark}"


def found_nothing(searched: Searched) -> str:
    """What a finished search says."""
    sought = "counterexample" if searched.quantifier == "every" else "witness"
    return f"no {sought} in {examples(searched)}"


def examples(searched: Searched) -> str:
    """How many examples a search looked at."""
    return counted(searched.examples, "example")


def message_in_words(searched: Searched) -> str | None:
    """What a check said about its example, unless it is an assertion that only repeats its own
    code."""
    message = cut_short(one_line(searched.message or ""), LONGEST)
    return message if message and not message.startswith("assert ") else None


def _last_line(text: str) -> str:
    """The line of a traceback that says what was raised."""
    last = text.strip().splitlines()[-1].strip() if text.strip() else "without a message"
    return cut_short(last, LONGEST)
