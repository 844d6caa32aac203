"""A graded key: the mark beside each statement, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from refute.decision.verdict import Link, LinkVerdict, Verdict
from refute.keys.checked_code import CheckedCode
from refute.keys.tree import Key, Statement
from refute.ledger import ClaimRecord, ReadingRecord


class Mark(StrEnum):
    """What is written beside a statement, worst first."""

    NO_VERDICT = "no verdict"
    NOT_RUN = "not run"
    REFUTED = "refuted"
    DEPENDS = "depends"
    UNDECIDED = "undecided"
    PARTLY = "partly checked"
    SUPPORTED = "supported"
    NOT_ENCODED = "not encoded yet"
    POSSIBLY_REFUTED = "possibly refuted"
    POSSIBLY_DEPENDS = "possibly depends"
    PROPOSED = "proposed"
    UNLINKED = "unlinked"
    ADVICE = "advice"
    NOT_A_CLAIM = "not a claim"


CHECKED = (
    Mark.NO_VERDICT,
    Mark.REFUTED,
    Mark.DEPENDS,
    Mark.UNDECIDED,
    Mark.PARTLY,
    Mark.SUPPORTED,
)
"""Marks that rest on an encoded claim."""

POSSIBLE = (Mark.POSSIBLY_REFUTED, Mark.POSSIBLY_DEPENDS)
"""Marks that no person has confirmed; they are not verdicts."""


@dataclass(frozen=True)
class LinkedClaim:
    """A claim of a statement, and its verdict on it; ``record`` is ``None`` if it never ran."""

    link: Link
    link_verdict: LinkVerdict
    record: ClaimRecord | None

    @property
    def verdict(self) -> Verdict:
        return self.link_verdict.verdict


@dataclass(frozen=True)
class Graded:
    """A statement with its mark.

    Attributes:
        statement: the statement.
        mark: its mark.
        why: the reason in a sentence, about the decisive claim if there is one.
        claims: the claims that it is linked to.
        decisive: the claim that set the mark.
        reading: the reading or control of that claim that decided.
        evidence: what that reading measured, in words.
        corrections: what is true instead, if the mark needs it: of the decisive claim, then of the
            others that say the same about the statement.
        not_encoded: claims that it makes but nobody has encoded.
        proposed: claims that it may make but nobody has confirmed.
    """

    statement: Statement
    mark: Mark
    why: str
    claims: tuple[LinkedClaim, ...] = ()
    decisive: LinkedClaim | None = None
    reading: ReadingRecord | None = None
    evidence: str | None = None
    corrections: tuple[str, ...] = ()
    not_encoded: tuple[str, ...] = ()
    proposed: tuple[Link, ...] = ()

    @property
    def correction(self) -> str | None:
        """All that is true instead, as one text."""
        return " ".join(self.corrections) or None

    @property
    def denied(self) -> ClaimRecord | None:
        """The claim that it denies, if that decided its mark."""
        decisive = self.decisive
        return None if decisive is None or decisive.link.asserts else decisive.record


@dataclass(frozen=True)
class GradedKey:
    """A graded key: every statement, in reading order (by ``Statement.index``).

    ``code`` is what the rules find in its code, which does not depend on its links.
    """

    key: Key
    links_path: Path | None
    statements: tuple[Graded, ...]
    code: CheckedCode

    @cached_property
    def without_headings(self) -> tuple[Graded, ...]:
        """The statements that are numbered and counted."""
        return tuple(
            graded
            for graded in self.statements
            if graded.statement.is_numbered(claims=graded.mark is not Mark.NOT_A_CLAIM)
        )

    @property
    def numbered(self) -> Iterator[tuple[int, Graded]]:
        """The statements with the numbers of their notes."""
        return enumerate(self.without_headings, start=1)

    @cached_property
    def counts(self) -> dict[Mark, int]:
        """The number of statements with each mark, including zeros."""
        counted = Counter(graded.mark for graded in self.without_headings)
        return {mark: counted[mark] for mark in Mark}

    @property
    def checked(self) -> int:
        """The number of statements that rest on an encoded claim."""
        return sum(self.counts[mark] for mark in CHECKED)
