"""What changed between two runs, as text and plain data for the terminal and the page."""

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
"""The most characters shown of a statement; its key has all of them."""


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


@dataclass(frozen=True)
class StatementLine:
    """A statement of an answer key whose mark changed."""

    key: str
    position: Position
    index: int
    text: str
    before: str
    after: str
    only_timing: bool


@dataclass(frozen=True)
class Changes:
    """What changed from one run to another, in sections that may be empty.

    Attributes:
        old: when and how the earlier run was made.
        new: when and how the later run was made.
        summary: the whole in a few sentences.
        facts: what differs between the runs themselves.
        verdicts: claims whose verdict changed.
        outcomes: claims that kept their verdict, while the outcome of a reading changed.
        excused: claims that differ only because of timing, which count as unchanged.
        statements: statements of keys whose mark changed.
        moved: readings with the same outcome whose number moved.
        moved_times: the same for times.
        rewritten: claims whose words, conditions or published outcomes changed.
        added: claims that only the later run has.
        removed: claims that only the earlier run has.
        changed: a verdict or an outcome changed, and timing does not excuse it.
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
    """Describe what changed from one ledger to another.

    Args:
        old: the ledger of the earlier run.
        new: the ledger of the later run.
        keys: answer keys graded against ``new``, whose changed statements are included.
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
    """The statements of today's keys that the earlier run would have marked differently."""
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
    """How many verdicts, outcomes, numbers and times changed, in a sentence each."""
    if difference.same_run:
        return ["Both ledgers are of the same run: nothing can have changed."]
    changed = sum(claim.counts for claim in difference.claims)
    outcomes = sum(reading.counts for _, reading in difference.readings)
    compared = counted(len(difference.compared), "claim")
    if not difference.compared:
        verdicts = "No claim has a verdict in both runs."
    elif changed:
        verdicts = f"{counted(changed, 'verdict')} of {compared} changed."
    elif outcomes:
        verdicts = f"No verdict of {compared} changed, but {counted(outcomes, 'outcome')} did."
    else:
        verdicts = f"No verdict and no outcome changed ({compared} compared)."
    numbers, times = difference.numbers, difference.times
    sentences = [verdicts]
    if total := sum(numbers.values()):
        reused = (
            f" ({difference.reused} taken from earlier runs, not measured again)"
            if difference.reused
            else ""
        )
        sentences.append(
            f"{counted(total, 'number')} measured in both runs: {numbers[Numbers.SAME]} the "
            f"same{reused}, {numbers[Numbers.OVERLAPPING]} different with overlapping intervals, "
            f"{numbers[Numbers.MOVED]} moved (intervals with no point in common)."
        )
    if total := sum(times.values()):
        sentences.append(
            f"{counted(total, 'ratio')} of times: {times[Numbers.MOVED]} moved. Times depend on "
            "the machine and on what else it does, so their intervals describe one run only."
        )
    if difference.not_run:
        count = len(difference.not_run)
        sentences.append(
            f"{counted(count, 'claim')} {'was' if count == 1 else 'were'} not compared: a partial "
            f"run did not finish {'it' if count == 1 else 'them'}."
        )
    return sentences


def _run(run: Run) -> str:
    """When a run ended, its seed and its effort."""
    ended = moment(run.finished) if run.finished else f"{moment(run.started)} (not finished)"
    partial = ", partial" if run.partial and run.finished else ""
    return f"{ended}, seed {run.seed}, {run.effort} effort{partial}"


def _changed(change: ClaimChange) -> ClaimLine:
    """A claim with the readings whose outcome changed, and those added or removed."""
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
            f"{reading.role} “{reading.name}” was removed; it was: {_outcome(reading)}"
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
        f"not measured {when}: {' '.join(reason.split())}"
        for (when, reason), count in reasons.items()
    ]


def _rewritten(change: ClaimChange) -> ClaimLine:
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


def _alone(claim: ClaimRecord) -> ClaimLine:
    """A claim in only one of the runs."""
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


def _outcome(reading: ReadingRecord) -> str:
    return reading.outcome or ("broke" if reading.error else "not run")


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
