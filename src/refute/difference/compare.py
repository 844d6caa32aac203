"""What changed between two ledgers, as a pure function of both.

An interval has **moved** if the two intervals have no point in common.  Each of them misses its
median with a probability of a few in a million, so disjoint intervals show different medians,
with any seeds.  A weaker criterion, that an estimate lies outside the other interval, is met by
chance between runs that differ only in their seed: the interval of 512 replicates is a quarter as
wide as that of 32, and narrower than the spread of the estimates of 32.

Times depend on the machine and on what else it was doing.  The replicates of a timed reading share
one run, so their interval describes that run only and may move with the next one on the same
machine; times are therefore counted separately.  A timed outcome that differs between machines is
not a changed verdict, and neither is an outcome that one of the runs did not measure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from refute.ledger import ClaimRecord, Ledger, Measured, NotMeasured, ReadingRecord, Run, value

MACHINE = ("platform", "cpu")
"""The entries of a run's environment that identify the machine, besides its device."""

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class Numbers(StrEnum):
    """How the numbers of one quantity in two runs compare."""

    SAME = "the same"
    OVERLAPPING = "overlapping"
    MOVED = "moved"


@dataclass(frozen=True)
class Fact:
    """An entry of the run or its environment that differs; ``None`` if a run lacks it."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class ReadingChange:
    """A reading or control of both runs that differs in some way.

    ``numbers`` is ``None`` if they did not measure the same quantity.  ``asked`` names what differs
    in the question itself: conditions, quantities, regions.
    """

    old: ReadingRecord
    new: ReadingRecord
    numbers: Numbers | None
    asked: tuple[str, ...]
    machines_differ: bool

    @property
    def outcome_changed(self) -> bool:
        return self.old.outcome != self.new.outcome

    @property
    def published_changed(self) -> bool:
        return self.old.published != self.new.published

    @property
    def read_differently(self) -> bool:
        """Whether it changed from the sense to the letter of its claim, or back."""
        return self.old.of != self.new.of

    @property
    def moved(self) -> bool:
        return self.numbers is Numbers.MOVED

    @property
    def timed(self) -> bool:
        return _timed(self.old, self.new)

    @property
    def unmeasured(self) -> NotMeasured | None:
        """Why one of the runs has no number; ``None`` if both have one."""
        for reading in (self.new, self.old):
            if isinstance(reading.evidence, NotMeasured):
                return reading.evidence
        return None

    @property
    def on_another_machine(self) -> bool:
        return self.timed and self.machines_differ

    @property
    def counts(self) -> bool:
        """Whether the outcome changed, and neither the machine nor a missing number excuses it."""
        excused = self.on_another_machine or self.unmeasured is not None
        return self.outcome_changed and not excused


@dataclass(frozen=True)
class ClaimChange:
    """A claim of both runs that differs in some way."""

    old: ClaimRecord
    new: ClaimRecord
    readings: tuple[ReadingChange, ...]
    added: tuple[ReadingRecord, ...]
    removed: tuple[ReadingRecord, ...]

    @property
    def id(self) -> str:
        return self.new.id

    @property
    def complete(self) -> bool:
        """Whether both runs completed the claim."""
        return self.old.complete and self.new.complete

    @property
    def verdict_changed(self) -> bool:
        return self.complete and self.old.verdict != self.new.verdict

    @property
    def outcomes(self) -> tuple[ReadingChange, ...]:
        """Readings and controls whose outcome changed."""
        return tuple(reading for reading in self.readings if reading.outcome_changed)

    @property
    def counts(self) -> bool:
        """Whether the verdict changed, and not only because of times or missing numbers."""
        excused = bool(self.outcomes) and not any(reading.counts for reading in self.outcomes)
        return self.verdict_changed and not (excused and not self.added and not self.removed)

    @property
    def reworded(self) -> bool:
        return self.old.statement != self.new.statement


@dataclass(frozen=True)
class Comparison:
    """What changed from ``old`` to ``new``.

    Attributes:
        old: the earlier run.
        new: the later run.
        facts: what differs between the runs themselves.
        claims: the claims of both runs that differ in some way.
        added: claims that only the later of two whole runs has.
        removed: claims that only the earlier of two whole runs has.
        not_run: ids of claims that a partial run did not finish.
        compared: ids of claims that both runs completed.
        numbers: counts the readings and controls that both runs measured.
        times: counts those that both runs timed.
        reused: how many of the same numbers were at least partly reused.
        same_run: the two ledgers are equal.
    """

    old: Run
    new: Run
    facts: tuple[Fact, ...]
    claims: tuple[ClaimChange, ...]
    added: tuple[ClaimRecord, ...]
    removed: tuple[ClaimRecord, ...]
    not_run: tuple[str, ...]
    compared: frozenset[str]
    numbers: dict[Numbers, int]
    times: dict[Numbers, int]
    reused: int
    same_run: bool

    @property
    def changed(self) -> bool:
        """Whether a verdict or an outcome changed, and nothing excuses it."""
        return any(
            claim.counts or any(reading.counts for reading in claim.readings)
            for claim in self.claims
        )

    @property
    def readings(self) -> Iterator[tuple[ClaimChange, ReadingChange]]:
        """Every reading and control that differs, with its claim."""
        for claim in self.claims:
            for reading in claim.readings:
                yield claim, reading


def compare(old: Ledger, new: Ledger) -> Comparison:
    """Compare two runs.

    Claims are matched by id, readings and controls by their name within the claim.
    """
    before = {claim.id: claim for claim in old.claims}
    after = {claim.id: claim for claim in new.claims}
    elsewhere = machines_differ(old.run, new.run)
    both = [(before[id], claim) for id, claim in after.items() if id in before]
    added = [claim for id, claim in after.items() if id not in before]
    removed = [claim for id, claim in before.items() if id not in after]
    not_run = [
        *(claim.id for claim in added if not old.run.whole),
        *(claim.id for claim in removed if not new.run.whole),
        *(earlier.id for earlier, later in both if not (earlier.complete and later.complete)),
    ]
    changes = [_claim(earlier, later, elsewhere) for earlier, later in both]
    numbers = Counter(
        (_timed(*pair), kind)
        for earlier, later in both
        for pair in _pairs(earlier, later)
        if (kind := _numbers(*pair)) is not None
    )
    return Comparison(
        old=old.run,
        new=new.run,
        facts=tuple(_facts(old.run, new.run)),
        claims=tuple(change for change in changes if change is not None),
        added=tuple(claim for claim in added if claim.id not in not_run),
        removed=tuple(claim for claim in removed if claim.id not in not_run),
        not_run=tuple(not_run),
        compared=frozenset(
            earlier.id for earlier, later in both if earlier.complete and later.complete
        ),
        numbers={kind: numbers[False, kind] for kind in Numbers},
        times={kind: numbers[True, kind] for kind in Numbers},
        reused=sum(
            after.reused is not None and _numbers(before, after) is Numbers.SAME
            for earlier, later in both
            for before, after in _pairs(earlier, later)
        ),
        same_run=old == new,
    )


def machines_differ(old: Run, new: Run) -> bool:
    """Whether two runs were made on different machines, as far as their records tell."""
    return old.device != new.device or any(
        old.environment.get(name) != new.environment.get(name) for name in MACHINE
    )


def _facts(old: Run, new: Run) -> Iterator[Fact]:
    for name in ("seed", "effort", "device", "workers"):
        before, after = str(getattr(old, name)), str(getattr(new, name))
        if before != after:
            yield Fact(name, before, after)
    for name in {**old.environment, **new.environment}:
        was, is_now = old.environment.get(name), new.environment.get(name)
        if was != is_now:
            yield Fact(name, was, is_now)


def _claim(old: ClaimRecord, new: ClaimRecord, elsewhere: bool) -> ClaimChange | None:
    """The change of one claim; ``None`` if nothing relevant differs."""
    before = {reading.name for reading in old.readings}
    after = {reading.name for reading in new.readings}
    # Readings that an unfinished claim lacks were not run, rather than removed.
    added = [reading for reading in new.readings if reading.name not in before and old.complete]
    removed = [reading for reading in old.readings if reading.name not in after and new.complete]
    changes = (_reading(*pair, elsewhere) for pair in _pairs(old, new))
    readings = [change for change in changes if change is not None]
    change = ClaimChange(old, new, tuple(readings), tuple(added), tuple(removed))
    differs = change.verdict_changed or change.reworded or readings or added or removed
    return change if differs else None


def _pairs(old: ClaimRecord, new: ClaimRecord) -> Iterator[tuple[ReadingRecord, ReadingRecord]]:
    before = {reading.name: reading for reading in old.readings}
    for reading in new.readings:
        if reading.name in before:
            yield before[reading.name], reading


def _reading(old: ReadingRecord, new: ReadingRecord, elsewhere: bool) -> ReadingChange | None:
    change = ReadingChange(old, new, _numbers(old, new), tuple(_asked(old, new)), elsewhere)
    rewritten = change.published_changed or change.read_differently or change.asked
    return change if change.outcome_changed or change.moved or rewritten else None


def _numbers(old: ReadingRecord, new: ReadingRecord) -> Numbers | None:
    earlier, later = old.evidence, new.evidence
    if not isinstance(earlier, Measured) or not isinstance(later, Measured):
        return None
    if earlier.quantity.name != later.quantity.name:
        return None
    if earlier.values == later.values:
        return Numbers.SAME
    apart = value(earlier.high) < value(later.low) or value(later.high) < value(earlier.low)
    return Numbers.MOVED if apart else Numbers.OVERLAPPING


def _timed(old: ReadingRecord, new: ReadingRecord) -> bool:
    return old.timed or new.timed


def _asked(old: ReadingRecord, new: ReadingRecord) -> Iterator[str]:
    """What differs between two readings of the same name, apart from what was measured."""
    if _conditions(old) != _conditions(new):
        yield "conditions"
    earlier, later = old.evidence, new.evidence
    if isinstance(earlier, Measured) and isinstance(later, Measured):
        if earlier.quantity.name != later.quantity.name:
            yield "quantities"
        if earlier.region != later.region:
            yield "regions"


def _conditions(reading: ReadingRecord) -> dict[str, str]:
    """The conditions as code, without the memory addresses in the reprs of functions."""
    return {
        name: _ADDRESS.sub("", condition.code) for name, condition in reading.conditions.items()
    }
