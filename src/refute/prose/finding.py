"""What was measured, said as a person would say it, and the count that decided it.

``refute.prose.evidence`` gives the exact line, for terminals and tools: quantity, interval,
region, counts.  Here the same record becomes a phrase short enough for a margin: "2.87 times as
many steps (2.33 to 3.42 in 32 pairs)".
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from refute.ledger import (
    Cited,
    ClaimRecord,
    EdgeRecord,
    Measured,
    NotMeasured,
    ReadingRecord,
    Searched,
    number,
    value,
)
from refute.prose.evidence import (
    examples,
    found_nothing,
    number_in_words,
    one_line,
    region_in_words,
)
from refute.prose.reasons import on_what_it_depends, strictly

HEAD_LENGTH = 72
"""Characters of a quantity's name in a phrase; the whole name stands with its reading."""


def finding(reading: ReadingRecord) -> str:
    """What a reading found, without its name, its region or a full stop."""
    match reading.evidence:
        case Measured() as measured:
            return _measured(measured)
        case Searched() as searched:
            return _searched(searched)
        case NotMeasured(reason=reason):
            return f"not measured: {one_line(reason)}"
        case Cited(says=says):
            return f"cited, not measured: {one_line(says)}"
        case None:
            return "broke: no verdict" if reading.error else "not measured: it has not run"


def numbers(measured: Measured) -> str:
    """Estimate, interval and replicates, to stand beside the name of the quantity."""
    if measured.region.of == "proportion":
        return _share(measured).capitalize()
    low, high = number_in_words(measured.low), number_in_words(measured.high)
    at_least = "At least " if measured.capped else ""
    times = " times" if measured.quantity.compares and measured.quantity.kind == "ratio" else ""
    among = "pairs" if measured.quantity.compares else "replicates"
    estimate = number_in_words(measured.estimate)
    return f"{at_least}{estimate}{times} ({low} to {high} in {measured.n} {among})"


def claimed(reading: ReadingRecord) -> str | None:
    """The region that the words claim, with its bounds; ``None`` where nothing was measured."""
    evidence = reading.evidence
    return region_in_words(evidence.region) if isinstance(evidence, Measured) else None


def count(reading: ReadingRecord) -> str:
    """The count that decided a reading: ``2 of 64 pairs on the wrong side of 1.5; 13 allowed``.

    A reading that fails tells how few lie on the claimed side, and up to how many refute; one
    left open tells both counts that it missed.
    """
    evidence = reading.evidence
    if not isinstance(evidence, Measured):
        return finding(reading)
    beyond = [edge for edge in evidence.edges if edge.settled == "beyond"]
    if reading.outcome == "fails" and beyond:
        edge = beyond[0]
        return f"{_tally(edge, evidence, inside=True)}; up to {edge.allowed_within} refute"
    if reading.outcome == "holds" and evidence.edges:
        edge = max(evidence.edges, key=lambda edge: edge.closeness)
        return f"{_tally(edge, evidence, inside=False)}; {edge.allowed_wrong} allowed"
    still_open = [edge for edge in evidence.edges if edge.settled is None]
    if not still_open:
        return "not settled"
    edge = still_open[0]
    return (
        f"{_tally(edge, evidence, inside=False)}: more than the {edge.allowed_wrong} allowed, "
        f"fewer than the {evidence.n - edge.allowed_within} that refute"
    )


def _tally(edge: EdgeRecord, measured: Measured, *, inside: bool) -> str:
    count = edge.within if inside else edge.wrong
    if measured.region.of == "proportion":
        so = (edge.side == "low") == inside
        return f"it is {'so' if so else 'not so'} in {count} of {measured.n}"
    replicates = "pairs" if measured.quantity.compares else "replicates"
    side = "claimed" if inside else "wrong"
    return (
        f"{count} of {measured.n} {replicates} on the {side} side of {number_in_words(edge.edge)}"
    )


def decided(claim: ClaimRecord) -> str | None:
    """Why a claim has its verdict, in one sentence with the count that decided.

    ``None`` where no reading was decided, so that the claim's own reason says more.
    """
    readings = claim.of_sense
    holding = [reading for reading in readings if reading.outcome == "holds"]
    failing = [reading for reading in readings if reading.outcome == "fails"]
    deciding = claim.deciding
    match claim.verdict:
        case "SUPPORTED" if holding and deciding:
            plainly = f"It holds{_in_all(holding)}: {_deciding(deciding, holding)}."
            return f"{plainly} {strictly(claim)}" if claim.strictly else plainly
        case "REFUTED" if failing and deciding:
            return f"It fails{_in_all(failing)}: {_deciding(deciding, failing)}."
        case "DEPENDS" if holding and failing and deciding:
            if (depends := on_what_it_depends(claim)) is not None:
                return f"It {depends}: in “{deciding.name}”, {count(deciding)}."
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
    """The count of one reading, named where there are others; equal words once for all."""
    words = count(shown)
    if len({count(one) for one in among}) == 1:
        return words if len(among) == 1 else f"{words}, in each"
    return f"in “{shown.name}”, {words}"


def _measured(measured: Measured) -> str:
    low, high = number_in_words(measured.low), number_in_words(measured.high)
    estimate = number_in_words(measured.estimate)
    if measured.region.of == "proportion":
        return _share(measured)
    quantity, at_least = measured.quantity, "at least " if measured.capped else ""
    head = _shortened(quantity.what or quantity.name)
    if not quantity.compares:
        return f"{head} {at_least}{estimate} ({low} to {high} in {measured.n} replicates)"
    if quantity.kind == "difference":
        return _difference(measured, head)
    times = f"{at_least}{estimate} times"
    if quantity.unit == "s":
        times += " as long"
    else:
        times += f" as many {head}" if quantity.unit == "steps" else f" the {head}"
    return f"{times} ({low} to {high} in {measured.n} pairs)"


def _share(measured: Measured) -> str:
    low, high = (f"{100 * value(one):.0f} %" for one in (measured.low, measured.high))
    if any(isinstance(one, list) for one in measured.values):  # of some it is not known
        return f"so in {value(measured.estimate):.0%} of {measured.n} ({low} to {high} of all)"
    so = sum(one == 1 for one in measured.values)
    return f"so in {so} of {measured.n} drawn ({low} to {high} of all)"


def _difference(measured: Measured, head: str) -> str:
    low, high, estimate = map(value, (measured.low, measured.high, measured.estimate))
    pairs = f"in {measured.n} pairs"
    if low == high == 0:
        return f"no difference in {head} {pairs}"
    way = "higher" if low > 0 else "lower" if high < 0 else "differs"
    if high < 0:
        low, high, estimate = -high, -low, -estimate
    by, least, most = (number_in_words(number(one)) for one in (estimate, low, high))
    return f"{head} {way} by {by} ({least} to {most} {pairs})"


def _shortened(head: str) -> str:
    return textwrap.shorten(head, HEAD_LENGTH, placeholder=" …")


def _searched(searched: Searched) -> str:
    if searched.counterexample is not None:
        return f"a counterexample, found in {examples(searched)}"
    if searched.witness is not None:
        return f"a witness, found in {examples(searched)}"
    return found_nothing(searched)
