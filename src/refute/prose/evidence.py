"""Evidence in words: the one line that terminal, diagnostics and report all print of a reading.

It reads the ledger's records and nothing else.
"""

from __future__ import annotations

import math
import statistics

from refute.ledger import (
    Cited,
    EdgeRecord,
    Ledger,
    Measured,
    NotMeasured,
    Number,
    ReadingRecord,
    RegionRecord,
    Reused,
    Searched,
    value,
)
from refute.prose.moment import moment


def in_words(reading: ReadingRecord) -> str:
    """What a reading measured, as one line without a final full stop.

    A measurement names its quantity, the estimate with its interval and replicates, the claimed
    region and the count that decided; a search its examples or its counterexample.  What an
    earlier run measured says when.
    """
    words = _evidence(reading)
    return words if reading.reused is None else f"{words}; {reused_in_words(reading.reused)}"


def reused_in_words(reused: Reused) -> str:
    """What a reading owes to earlier runs."""
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
            return f"not measured: {one_line(reason)}"
        case Cited(says=says):
            return f"cited, not measured: {one_line(says)}"
        case None if reading.error:
            return f"broke: {_last_line(reading.error)}"
        case None:
            return "not measured: it has not run"


def number_in_words(number: Number) -> str:
    """A number at three significant digits: ``2.13``, ``1437``, ``4.6 × 10^10``, ``−∞``."""
    x = value(number)
    sign = "−" if x < 0 else ""
    size = abs(x)
    if math.isinf(size):
        return f"{sign}∞"
    if size != 0 and not 1e-3 <= size < 1e6:
        mantissa, exponent = f"{size:.1e}".split("e")
        return f"{sign}{mantissa} × 10^{int(exponent)}"
    return sign + (f"{size:.0f}" if size >= 100 else f"{size:.3g}")


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
        f"{measured.quantity.name}: {_estimate(measured)} "
        f"({number_in_words(measured.low)} to {number_in_words(measured.high)}, "
        f"n = {measured.n}{capped}{where}); "
        f"claimed {region_in_words(measured.region)}: {_counts(measured, outcome)}"
    )


def _estimate(measured: Measured) -> str:
    """The estimate; where capped replicates hide it, only the bound that is known."""
    estimate = number_in_words(measured.estimate)
    if not measured.capped:
        return estimate
    upper = statistics.median(value(_upper(one)) for one in measured.values)
    return estimate if upper == value(measured.estimate) else f"at least {estimate}"


def _upper(one: Number | list[Number]) -> Number:
    return one[1] if isinstance(one, list) else one


def _counts(measured: Measured, outcome: str | None) -> str:
    """The counts that decided, or that left it open."""
    beyond = [edge for edge in measured.edges if edge.settled == "beyond"]
    if outcome == "fails" and beyond:
        return f"only {_within(beyond[0], measured)}, {beyond[0].allowed_within} allowed"
    if outcome == "holds":
        return "; ".join(
            f"{_wrong(edge, measured)}, {edge.allowed_wrong} allowed" for edge in measured.edges
        )
    still_open = [edge for edge in measured.edges if edge.settled is None]
    tallies = "; ".join(
        f"{_wrong(edge, measured)}, neither {edge.allowed_wrong} or fewer "
        f"nor {measured.n - edge.allowed_within} or more"
        for edge in still_open
    )
    needed = (
        f"n = {measured.needed} would settle it"
        if measured.needed is not None
        else "no number of replicates would settle it"
    )
    return f"{tallies}; {needed}" if tallies else needed


def _wrong(edge: EdgeRecord, measured: Measured) -> str:
    return _tally(edge.wrong, edge, measured, inside=False)


def _within(edge: EdgeRecord, measured: Measured) -> str:
    return _tally(edge.within, edge, measured, inside=True)


def _tally(count: int, edge: EdgeRecord, measured: Measured, *, inside: bool) -> str:
    above = (edge.side == "low") == inside
    if measured.region.of == "proportion":
        return f"{'so' if above else 'not so'} in {count} of {measured.n}"
    side = "above" if above else "below"
    # A replicate on a closed edge is within, on an open one it is not.
    touching = "at or " if inside != edge.open else ""
    return f"{count} of {measured.n} {touching}{side} {_edge(edge.edge)}"


def _edge(edge: float | None) -> str:
    assert edge is not None
    return number_in_words(edge)


def _searched(searched: Searched) -> str:
    if searched.counterexample is not None:
        return f"counterexample: {one_line(searched.counterexample)}{_message(searched)}"
    if searched.witness is not None:
        return f"witness: {one_line(searched.witness)}{_message(searched)}"
    return found_nothing(searched)


def found_nothing(searched: Searched) -> str:
    """What a search that came to its end says."""
    sought = "counterexample" if searched.quantifier == "every" else "witness"
    return f"no {sought} in {examples(searched)}"


def examples(searched: Searched) -> str:
    """How many examples a search looked at."""
    return f"{searched.examples} example{'' if searched.examples == 1 else 's'}"


def _message(searched: Searched) -> str:
    return f" ({one_line(searched.message)})" if searched.message else ""


def one_line(text: str) -> str:
    """A text with every run of white space, line breaks included, as one space."""
    return " ".join(text.split())


def _last_line(text: str) -> str:
    """Of a traceback, the line that says what was raised."""
    return text.strip().splitlines()[-1].strip() if text.strip() else "without a message"
