"""What changed between two runs: text and plain data, in the order in which a reader wants it.

Terminal and page only lay it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten

from refute.difference.compare import (
    ClaimChange,
    Difference,
    Fact,
    Numbers,
    ReadingChange,
    compare,
)
from refute.keys.grading import GradedKey, mark_by, results_of
from refute.keys.tree import Position
from refute.ledger import ClaimRecord, Ledger, Measured, ReadingRecord, Run
from refute.prose.evidence import in_words, region_in_words
from refute.prose.numbers import counted, estimate, interval, moment

LENGTH = 90
"""Characters of a statement; the whole of it stands in its key."""


@dataclass(frozen=True)
class ReadingLine:
    """One reading or control before and after: outcomes, numbers, and what to know of both."""

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


@dataclass(frozen=True)
class StatementLine:
    """A statement of an answer key whose mark differs."""

    key: str
    position: Position
    index: int
    text: str
    before: str
    after: str
    only_timing: bool


@dataclass(frozen=True)
class Changes:
    """What changed from one run to another, in sections, each empty where nothing is to be told.

    ``verdicts`` changed; in ``outcomes`` readings did, and the verdict stayed; ``excused`` differ
    only because of timing, and count as unchanged.  ``moved`` are numbers and ``moved_times``
    times of readings whose outcome stayed.  ``rewritten`` are claims that were asked or published
    differently.  ``changed`` says whether a verdict or an outcome changed that counts.
    """

    old: str
    new: str
    summary: tuple[str, ...]
    facts: tuple[Fact, ...]
    verdicts: tuple[ClaimLine, ...]
    outcomes: tuple[ClaimLine, ...]
    excused: tuple[ClaimLine, ...]
    statements: tuple[StatementLine, ...]
    moved: tuple[ReadingLine, ...]
    moved_times: tuple[ReadingLine, ...]
    rewritten: tuple[ClaimLine, ...]
    added: tuple[ClaimLine, ...]
    removed: tuple[ClaimLine, ...]
    changed: bool


def changes(old: Ledger, new: Ledger, keys: Sequence[GradedKey] = ()) -> Changes:
    """What changed from one ledger to another.

    Args:
        old: the ledger of the earlier run.
        new: the ledger of the later run.
        keys: answer keys, graded against ``new``: which of their statements changed is among it.
    """
    difference = compare(old, new)
    verdicts = [claim for claim in difference.claims if claim.counts]
    rest = [claim for claim in difference.claims if not claim.counts]
    outcomes = [claim for claim in rest if any(reading.counts for reading in claim.readings)]
    excused = [
        claim
        for claim in rest
        if claim not in outcomes and (claim.verdict_changed or claim.outcomes)
    ]
    return Changes(
        old=_run(difference.old),
        new=_run(difference.new),
        summary=tuple(_summary(difference)),
        facts=difference.facts,
        verdicts=tuple(_changed(claim) for claim in verdicts),
        outcomes=tuple(_changed(claim) for claim in outcomes),
        excused=tuple(_changed(claim) for claim in excused),
        statements=tuple(_statements(keys, old, difference)),
        moved=_moved(difference, timed=False),
        moved_times=_moved(difference, timed=True),
        rewritten=tuple(line for claim in difference.claims if (line := _rewritten(claim)).remarks),
        added=tuple(_alone(claim) for claim in difference.added),
        removed=tuple(_alone(claim) for claim in difference.removed),
        changed=difference.changed,
    )


def _statements(
    keys: Sequence[GradedKey], old: Ledger, difference: Difference
) -> Iterator[StatementLine]:
    """Statements, as the keys have them now, that the earlier run would have marked otherwise."""
    results = results_of(old)
    changed = {claim.id for claim in difference.claims if claim.counts}
    for key in keys:
        for graded in key.statements:
            claims = {linked.link.claim for linked in graded.claims}
            before = mark_by(graded, results)
            if before in (None, graded.mark) or not claims <= difference.compared:
                continue
            statement = graded.statement
            yield StatementLine(
                key=key.key.path.name,
                position=key.key.position(statement.line),
                index=statement.index,
                text=shorten(statement.text, LENGTH, placeholder=" …"),
                before=str(before),
                after=str(graded.mark),
                only_timing=not claims & changed,
            )


def _moved(difference: Difference, *, timed: bool) -> tuple[ReadingLine, ...]:
    return tuple(
        _reading(claim, reading)
        for claim, reading in difference.readings
        if reading.moved and not reading.outcome_changed and reading.timed == timed
    )


def _summary(difference: Difference) -> list[str]:
    """How many verdicts changed, and what became of the numbers: a sentence each."""
    if difference.same_run:
        return ["Both ledgers are of the same run: nothing can have changed."]
    changed = sum(claim.counts for claim in difference.claims)
    outcomes = sum(reading.counts for _, reading in difference.readings)
    of = counted(len(difference.compared), "claim")
    if not difference.compared:
        verdicts = "No claim has a verdict in both runs."
    elif changed:
        verdicts = f"{counted(changed, 'verdict')} of {of} changed."
    elif outcomes:
        verdicts = f"No verdict of {of} changed, but {counted(outcomes, 'outcome')} did."
    else:
        verdicts = f"No verdict and no outcome changed ({of} compared)."
    numbers, times = difference.numbers, difference.times
    found = [verdicts]
    if total := sum(numbers.values()):
        reused = (
            f" ({difference.reused} taken from earlier runs, not measured again)"
            if difference.reused
            else ""
        )
        found.append(
            f"{counted(total, 'number')} measured in both runs: {numbers[Numbers.SAME]} the "
            f"same{reused}, {numbers[Numbers.OVERLAPPING]} different with overlapping intervals, "
            f"{numbers[Numbers.MOVED]} moved (intervals with no point in common)."
        )
    if total := sum(times.values()):
        found.append(
            f"{counted(total, 'ratio')} of times: {times[Numbers.MOVED]} moved. Times depend on "
            "the machine and on what else it does: an interval of times speaks of its own run."
        )
    if difference.not_run:
        count = len(difference.not_run)
        found.append(
            f"{counted(count, 'claim')} {'was' if count == 1 else 'were'} not compared: a partial "
            "run did not come to their end."
        )
    return found


def _run(run: Run) -> str:
    """When a run ended, and how it was made."""
    ended = moment(run.finished) if run.finished else f"{moment(run.started)} (not finished)"
    partial = ", partial" if run.partial and run.finished else ""
    return f"{ended}, seed {run.seed}, {run.effort} effort{partial}"


def _changed(change: ClaimChange) -> ClaimLine:
    """A claim with the readings whose outcome changed, and those that added or removed."""
    measured = [reading for reading in change.outcomes if reading.unmeasured is None]
    return _line(
        change,
        [*_membership(change), *_unmeasured(change)],
        [_reading(change, reading) for reading in measured],
    )


def _membership(change: ClaimChange) -> list[str]:
    return [
        *(f"new {reading.role} “{reading.name}”: {_outcome(reading)}" for reading in change.added),
        *(
            f"{reading.role} “{reading.name}” is gone; it was: {_outcome(reading)}"
            for reading in change.removed
        ),
    ]


def _unmeasured(change: ClaimChange) -> list[str]:
    """Why readings have no number in one of the runs: in a line for each run and reason."""
    found = Counter(
        (
            "now" if reading.unmeasured is reading.new.evidence else "before",
            reading.unmeasured.reason,
        )
        for reading in change.outcomes
        if reading.unmeasured is not None
    )
    return [
        f"{counted(count, 'reading or control' if count == 1 else 'readings and control')} "
        f"not measured {when}: {' '.join(reason.split())}"
        for (when, reason), count in found.items()
    ]


def _rewritten(change: ClaimChange) -> ClaimLine:
    """What is no result of the runs: words, conditions, expected outcomes."""
    remarks = []
    if change.reworded:
        remarks.append(f"worded differently; it was: {change.old.statement}")
    if not change.counts:
        remarks += _membership(change)
    for reading in change.readings:
        if reading.read_differently:
            remarks.append(
                f"{reading.new.role} “{reading.new.name}” is of the {reading.new.of} now; it was "
                f"of the {reading.old.of}"
            )
        if reading.published_changed:
            remarks.append(
                f"{reading.new.role} “{reading.new.name}” is expected to be: "
                f"{reading.new.published}; it was: {reading.old.published}"
            )
    return _line(change, [*remarks, *_asked_differently(change)], [])


def _asked_differently(change: ClaimChange) -> list[str]:
    """In a line for each way, the readings that are not told of elsewhere."""
    names: dict[str, list[str]] = {}
    for reading in change.readings:
        if reading.asked and not reading.outcome_changed and not reading.moved:
            names.setdefault(_asked(reading), []).append(f"“{reading.new.name}”")
    return [f"{asked}: {', '.join(found)}" for asked, found in names.items()]


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


def _alone(claim: ClaimRecord) -> ClaimLine:
    """A claim that only one of the runs has."""
    verdict = claim.final_verdict
    return ClaimLine(claim.id, claim.statement, verdict, verdict, (), ())


def _reading(claim: ClaimChange, change: ReadingChange) -> ReadingLine:
    return ReadingLine(
        claim=claim.id,
        name=change.new.name,
        role=change.new.role,
        before=_outcome(change.old),
        after=_outcome(change.new),
        old_number=_number(change.old),
        new_number=_number(change.new),
        claimed=_claimed(change),
        remarks=tuple(_remarks(change)),
    )


def _remarks(change: ReadingChange) -> list[str]:
    """What a reader must know before believing that the claim itself came out otherwise."""
    found = []
    if change.on_another_machine:
        found.append("timed, on another machine")
    elif change.timed:
        found.append("timed, on the same machine")
    if change.asked:
        found.append(_asked(change))
    elif change.outcome_changed and change.old.code != change.new.code:
        found.append("the source of its check changed")
    if change.moved and change.outcome_changed:
        found.append("its interval moved")
    return found


def _asked(change: ReadingChange) -> str:
    return f"asked with other {' and '.join(change.asked)}"


def _outcome(reading: ReadingRecord) -> str:
    return reading.outcome or ("broke" if reading.error else "not run")


def _number(reading: ReadingRecord) -> str:
    """What a reading measured, short enough to stand beside another run's."""
    if not isinstance(reading.evidence, Measured):
        return in_words(reading)
    return f"{estimate(reading.evidence)} ({interval(reading.evidence)})"


def _claimed(change: ReadingChange) -> str | None:
    """The region that the numbers were held against; where it changed, both."""
    regions = [
        region_in_words(reading.evidence.region)
        for reading in (change.old, change.new)
        if isinstance(reading.evidence, Measured)
    ]
    return ", then ".join(dict.fromkeys(regions)) or None
