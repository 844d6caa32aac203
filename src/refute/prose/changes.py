"""What changed between two runs, as text and plain data for the terminal and the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import TypeVar

from refute.difference.compare import Comparison, Fact, Numbers, compare
from refute.difference.earlier import Earlier
from refute.difference.reading_both import why_not_comparable
from refute.keys.graded import GradedKey
from refute.keys.marks import mark_by, results_of
from refute.keys.tree import Position
from refute.ledger import Ledger
from refute.plurals import counted
from refute.prose.changed_claims import (
    ClaimLine,
    ReadingLine,
    alone_line,
    changed_line,
    reading_line,
    rewritten_line,
)
from refute.prose.runs import compared

LENGTH = 90
"""The most characters shown of a statement; its key has all of them."""


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


@dataclass(frozen=True)
class Since:
    """What changed since an earlier run, or one line that says why nothing can be compared."""

    changes: Changes | None
    reason: str | None = None


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
        old=compared(difference.old),
        new=compared(difference.new),
        summary=tuple(_summary(difference)),
        facts=difference.facts,
        verdicts=tuple(changed_line(claim) for claim in verdicts),
        outcomes=tuple(changed_line(claim) for claim in outcomes),
        excused=tuple(changed_line(claim) for claim in excused),
        statements=tuple(_statements(keys, old, difference)),
        moved=_moved(difference, timed=False),
        moved_times=_moved(difference, timed=True),
        rewritten=tuple(
            line for claim in difference.claims if (line := rewritten_line(claim)).remarks
        ),
        added=tuple(alone_line(claim) for claim in difference.added),
        removed=tuple(alone_line(claim) for claim in difference.removed),
        changed=difference.changed,
    )


def since(earlier: Earlier, later: Ledger, keys: Sequence[GradedKey]) -> Since:
    """Describe what changed up to a later run, against which the keys were graded."""
    reason = earlier.reason
    if earlier.ledger is not None:
        incomparable = why_not_comparable(earlier.ledger, later)
        if incomparable is None:
            return Since(changes(earlier.ledger, later, keys))
        reason = f"{earlier.path}: {incomparable}"
    return Since(None, reason)


def _statements(
    keys: Sequence[GradedKey], old: Ledger, difference: Comparison
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


def _moved(difference: Comparison, *, timed: bool) -> tuple[ReadingLine, ...]:
    return tuple(
        reading_line(claim, reading)
        for claim, reading in difference.readings
        if reading.moved and not reading.outcome_changed and reading.timed == timed
    )


def _summary(difference: Comparison) -> list[str]:
    """How many verdicts, outcomes, numbers and times changed, in a sentence each."""
    if difference.same_run:
        return ["Both ledgers are of the same run: nothing can have changed."]
    changed = sum(claim.counts for claim in difference.claims)
    outcomes = sum(reading.counts for _, reading in difference.readings)
    claims = counted(len(difference.compared), "claim")
    if not difference.compared:
        verdicts = "No claim has a verdict in both runs."
    elif changed:
        verdicts = f"{counted(changed, 'verdict')} of {claims} changed."
    elif outcomes:
        verdicts = f"No verdict of {claims} changed, but {counted(outcomes, 'outcome')} did."
    else:
        verdicts = f"No verdict and no outcome changed ({claims} compared)."
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


# --- headings ------------------------------------------------------------------------------

SAME_RUN = "Seed, effort, machine and libraries are the same."
STATEMENTS = "Statements of the keys that changed"
REWRITTEN = "Claims asked or expected differently"

AnyLine = TypeVar("AnyLine")


def results(changes: Changes) -> list[tuple[str, tuple[ClaimLine, ...]]]:
    """Claims whose results differ, under headings; without empty sections."""
    return _filled(
        ("Verdicts that changed", changes.verdicts),
        ("Outcomes that changed under the same verdict", changes.outcomes),
        ("Claims that differ only because of timing", changes.excused),
    )


def moved(changes: Changes) -> list[tuple[str, tuple[ReadingLine, ...]]]:
    """Readings whose number moved although their outcome did not change, under headings."""
    return _filled(
        ("Intervals that moved under the same outcome", changes.moved),
        ("Times that moved under the same outcome", changes.moved_times),
    )


def added_or_removed(changes: Changes) -> list[tuple[str, tuple[ClaimLine, ...]]]:
    """Claims that only one of the runs has, under headings."""
    return _filled(("Claims added", changes.added), ("Claims removed", changes.removed))


def _filled(*sections: tuple[str, tuple[AnyLine, ...]]) -> list[tuple[str, tuple[AnyLine, ...]]]:
    return [(title, lines) for title, lines in sections if lines]
