"""Evidence in words: the line that terminal, exports and page all print for a reading."""

from __future__ import annotations

from refute.characters import cut_short
from refute.ledger import (
    Cited,
    Ledger,
    Measured,
    NotMeasured,
    ReadingRecord,
    RegionRecord,
    Searched,
)
from refute.plurals import counted
from refute.prose.counts import count_in_words
from refute.prose.numbers import estimate, interval, moment, number_in_words
from refute.prose.text import sources_in_words
from refute.spacing import single_spaced

LONGEST = 400
"""The most characters of an example, message or reason in a line; the ledger has them all."""


def in_words(reading: ReadingRecord) -> str:
    """What a reading measured, on one line without a full stop.

    For a measurement: its quantity, the estimate with its interval and replicates, the claimed
    region and the count that decided.  For a search: its counterexample, or how many examples it
    tried.  A number from an earlier run says when it was measured.
    """
    words = _evidence(reading)
    return f"{words}; {reused}" if (reused := reused_in_words(reading)) else words


def reused_in_words(reading: ReadingRecord) -> str:
    """How much of a reading was measured by earlier runs; empty if nothing was."""
    reused = reading.reused
    if reused is None:
        return ""
    when = single_spaced(moment(reused.when))
    counts = "counts " if reading.timed else ""  # its times are new
    if reused.number == reused.of:
        return f"{counts}measured {when} by an earlier run"
    return f"{reused.number} of {reused.of} {counts}measured by earlier runs, the oldest {when}"


def reuse_in_words(ledger: Ledger) -> str | None:
    """How many of a run's measurements come from earlier runs; ``None`` if none does."""
    measured = [
        reading
        for claim in ledger.claims
        for reading in claim.readings
        if isinstance(reading.evidence, Measured | Searched)
    ]
    reused = [reading.reused for reading in measured if reading.reused is not None]
    if not reused:
        return None
    whole = sum(
        reading.reused is not None
        and reading.reused.number == reading.reused.of
        and not reading.timed
        for reading in measured
    )
    partly = f", and a part of {len(reused) - whole} more," if whole < len(reused) else ""
    oldest = single_spaced(moment(min(reuse.when for reuse in reused)))
    return (
        f"{whole} of {len(measured)} measurements{partly} come from earlier runs, "
        f"the oldest from {oldest}"
    )


def _evidence(reading: ReadingRecord) -> str:
    match reading.evidence:
        case Measured() as measured:
            return _measured(measured, reading.outcome)
        case Searched() as searched:
            return _searched(searched)
        case None if reading.error:
            return f"broke: {_last_line(reading.error)}"
        case NotMeasured() | Cited() | None as rest:
            return why_not_measured(rest)


def why_not_measured(evidence: NotMeasured | Cited | None) -> str:
    """Why a reading that did not break has measured nothing."""
    match evidence:
        case NotMeasured(reason=reason):
            return f"not measured: {cut_short(single_spaced(reason), LONGEST)}"
        case Cited(says=says):
            return f"cited, not measured: {sources_in_words(says)}"
        case None:
            return "not measured: it has not run"


def region_in_words(region: RegionRecord) -> str:
    """The region's words, with its bounds if the words do not give them."""
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
    found = cut_short(single_spaced(searched.said or searched.found), LONGEST)
    return f"{kind}: {found}{remark}"


def found_nothing(searched: Searched) -> str:
    """The result of a search that found nothing."""
    sought = "counterexample" if searched.quantifier == "every" else "witness"
    return f"no {sought} in {examples(searched)}"


def examples(searched: Searched) -> str:
    """How many examples a search tried."""
    return counted(searched.examples, "example")


def message_in_words(searched: Searched) -> str | None:
    """What a check said about its example; ``None`` for an assertion that only repeats its code."""
    message = cut_short(single_spaced(searched.message or ""), LONGEST)
    return message if message and not message.startswith("assert ") else None


def _last_line(text: str) -> str:
    """The last line of a traceback: what was raised."""
    last = text.strip().splitlines()[-1].strip() if text.strip() else "without a message"
    return cut_short(last, LONGEST)
