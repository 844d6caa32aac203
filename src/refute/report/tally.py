"""How many statements and claims have each mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from refute.decision.verdict import Verdict
from refute.keys.graded import CHECKED, Mark
from refute.report.claims import ClaimView
from refute.report.keys import KeyView

_MEANINGS = {
    Mark.SUPPORTED: "it held in every reading",
    Mark.PARTLY: "the part that was checked held",
    Mark.DEPENDS: "it holds under some conditions and fails under others",
    Mark.REFUTED: "it failed in every reading",
    Mark.UNDECIDED: "the replicates did not settle it",
    Mark.NO_VERDICT: "a check broke, proves nothing or did not finish",
    Mark.NOT_RUN: "this run left its claims out",
    Mark.ADVICE: "no experiment decides it",
    Mark.NOT_ENCODED: "an experiment could decide it",
    Mark.POSSIBLY_REFUTED: "it seems to make a claim that is refuted; nobody has confirmed it",
    Mark.POSSIBLY_DEPENDS: "it seems to make a claim that depends; nobody has confirmed it",
    Mark.PROPOSED: "a claim is proposed for it; nobody has confirmed it",
    Mark.UNLINKED: "nobody has said what it claims",
    Mark.NOT_A_CLAIM: "it asserts nothing",
}

_IN_WORDS = {
    Mark.NO_VERDICT: "without a verdict",
    Mark.DEPENDS: "true only under some conditions",
}
"""How a count calls a mark whose own word does not follow a number."""

_ONLY_IF_ANY = (Mark.POSSIBLY_REFUTED, Mark.POSSIBLY_DEPENDS, Mark.PROPOSED)
"""Marks that have a row only if a statement has them, because links were proposed."""


@dataclass(frozen=True)
class MarkRow:
    """A mark with its counts, and the anchor of the first statement that has it.

    ``claims`` is ``None`` for a mark that claims cannot have.
    """

    mark: Mark
    statements: int
    claims: int | None
    meaning: str
    href: str | None


@dataclass(frozen=True)
class Tally:
    """The counts of a page."""

    rows: tuple[MarkRow, ...]

    @property
    def statements(self) -> int:
        return sum(row.statements for row in self.rows)

    @property
    def checked(self) -> int:
        """How many statements rest on an encoded claim that was run."""
        return sum(row.statements for row in self.rows if row.mark in CHECKED)

    @property
    def claims(self) -> int:
        return sum(row.claims or 0 for row in self.rows)

    @property
    def in_words(self) -> str:
        """The marks of the checked statements, worst first: ``1 refuted, 2 supported``."""
        counts = {row.mark: row.statements for row in self.rows}
        return ", ".join(
            f"{count} {_IN_WORDS.get(mark, mark.value)}"
            for mark in CHECKED
            if (count := counts[mark])
        )


def tally(claims: Iterable[ClaimView], keys: Iterable[KeyView]) -> Tally:
    """The counts: a row for every mark, even if they are zero, except for proposed links.

    A heading that claims nothing is not counted as a statement.
    """
    of_claims = Counter(view.verdict.value.lower() for view in claims)
    notes = [note for key in keys for note in key.notes]
    of_statements = Counter(note.graded.mark for note in notes)
    first = {note.graded.mark: note.id for note in reversed(notes)}
    verdicts = {verdict.value.lower() for verdict in Verdict}
    return Tally(
        tuple(
            MarkRow(
                mark,
                of_statements[mark],
                of_claims[mark.value] if mark.value in verdicts else None,
                meaning,
                first.get(mark),
            )
            for mark, meaning in _MEANINGS.items()
            if of_statements[mark] or mark not in _ONLY_IF_ANY
        )
    )
