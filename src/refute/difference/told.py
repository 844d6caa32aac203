"""What is told of a difference: text and plain data, which terminal and report only lay out."""

from __future__ import annotations

from dataclasses import dataclass

from refute.difference.compare import Fact


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
    line: int
    index: int
    text: str
    before: str
    after: str
    for_times_alone: bool


@dataclass(frozen=True)
class Account:
    """A difference in sections; each is empty where there is nothing to tell.

    ``verdicts`` changed; in ``outcomes`` readings did, and the verdict stayed; ``excused`` differ
    for the sake of times alone, and count as unchanged.  ``moved`` are numbers and ``moved_times``
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
    came: tuple[ClaimLine, ...]
    went: tuple[ClaimLine, ...]
    changed: bool
