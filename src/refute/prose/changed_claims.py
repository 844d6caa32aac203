"""Claims and readings that changed between two runs, in words for the terminal and the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from refute.difference.compare import ClaimChange, ReadingChange
from refute.ledger import ClaimRecord, Measured, ReadingRecord
from refute.plurals import counted
from refute.prose.evidence import in_words, region_in_words
from refute.prose.numbers import estimate, interval
from refute.prose.results import outcome
from refute.spacing import single_spaced


@dataclass(frozen=True)
class ReadingLine:
    """One reading or control before and after: outcomes, numbers, and remarks about both."""

    claim: str
    name: str
    role: str
    before: str
    after: str
    old_number: str
    new_number: str
    claimed: str | None
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class ClaimLine:
    """One claim before and after, with the readings that changed."""

    id: str
    statement: str
    before: str
    after: str
    remarks: tuple[str, ...]
    readings: tuple[ReadingLine, ...]


def changed_line(change: ClaimChange) -> ClaimLine:
    """A claim with the readings whose outcome changed, and those added or removed."""
    measured = [reading for reading in change.outcomes if reading.unmeasured is None]
    return _line(
        change,
        [*_membership(change), *_unmeasured(change)],
        [reading_line(change, reading) for reading in measured],
    )


def _membership(change: ClaimChange) -> list[str]:
    return [
        *(f"new {reading.role} “{reading.name}”: {outcome(reading)}" for reading in change.added),
        *(
            f"{reading.role} “{reading.name}” was removed; it was: {outcome(reading)}"
            for reading in change.removed
        ),
    ]


def _unmeasured(change: ClaimChange) -> list[str]:
    """Why readings have no number in one of the runs, in a line for each run and reason."""
    reasons = Counter(
        (
            "now" if reading.unmeasured is reading.new.evidence else "before",
            reading.unmeasured.reason,
        )
        for reading in change.outcomes
        if reading.unmeasured is not None
    )
    return [
        f"{counted(count, 'reading or control' if count == 1 else 'readings and control')} "
        f"not measured {when}: {single_spaced(reason)}"
        for (when, reason), count in reasons.items()
    ]


def rewritten_line(change: ClaimChange) -> ClaimLine:
    """Changes to the claim itself: its words, conditions and published outcomes."""
    remarks = []
    if change.reworded:
        remarks.append(f"reworded; it was: {change.old.statement}")
    if not change.counts:
        remarks += _membership(change)
    for reading in change.readings:
        if reading.read_differently:
            remarks.append(
                f"{reading.new.role} “{reading.new.name}” is now of the {reading.new.of}; it was "
                f"of the {reading.old.of}"
            )
        if reading.published_changed:
            remarks.append(
                f"{reading.new.role} “{reading.new.name}” is now published as: "
                f"{reading.new.published}; it was: {reading.old.published}"
            )
    return _line(change, [*remarks, *_asked_differently(change)], [])


def _asked_differently(change: ClaimChange) -> list[str]:
    """The other readings that were asked differently, in a line for each way."""
    names: dict[str, list[str]] = {}
    for reading in change.readings:
        if reading.asked and not reading.outcome_changed and not reading.moved:
            names.setdefault(_asked(reading), []).append(f"“{reading.new.name}”")
    return [f"{asked}: {', '.join(readings)}" for asked, readings in names.items()]


def _line(
    change: ClaimChange, remarks: Sequence[str], readings: Sequence[ReadingLine]
) -> ClaimLine:
    return ClaimLine(
        change.id,
        change.new.statement,
        change.old.final_verdict,
        change.new.final_verdict,
        tuple(remarks),
        tuple(readings),
    )


def alone_line(claim: ClaimRecord) -> ClaimLine:
    """A claim in only one of the runs."""
    verdict = claim.final_verdict
    return ClaimLine(claim.id, claim.statement, verdict, verdict, (), ())


def reading_line(claim: ClaimChange, change: ReadingChange) -> ReadingLine:
    """A reading or control of both runs."""
    return ReadingLine(
        claim=claim.id,
        name=change.new.name,
        role=change.new.role,
        before=outcome(change.old),
        after=outcome(change.new),
        old_number=_number(change.old),
        new_number=_number(change.new),
        claimed=_claimed(change),
        remarks=tuple(_remarks(change)),
    )


def _remarks(change: ReadingChange) -> list[str]:
    """What may explain a changed outcome, apart from the claim itself."""
    remarks = []
    if change.on_another_machine:
        remarks.append("timed, on another machine")
    elif change.timed:
        remarks.append("timed, on the same machine")
    if change.asked:
        remarks.append(_asked(change))
    elif change.outcome_changed and change.old.code != change.new.code:
        remarks.append("the source of its check changed")
    if change.moved and change.outcome_changed:
        remarks.append("its interval moved")
    return remarks


def _asked(change: ReadingChange) -> str:
    return f"measured with different {' and '.join(change.asked)}"


def _number(reading: ReadingRecord) -> str:
    """What a reading measured, short enough to be shown beside another run's result."""
    if not isinstance(reading.evidence, Measured):
        return in_words(reading)
    return f"{estimate(reading.evidence)} ({interval(reading.evidence)})"


def _claimed(change: ReadingChange) -> str | None:
    """The region that the numbers were compared with; both if it changed."""
    regions = [
        region_in_words(reading.evidence.region)
        for reading in (change.old, change.new)
        if isinstance(reading.evidence, Measured)
    ]
    return ", then ".join(dict.fromkeys(regions)) or None
