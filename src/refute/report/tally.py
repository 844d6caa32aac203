"""How many statements and claims have each verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from refute.keys.grading import Mark
from refute.report.claims import ClaimView
from refute.report.keys import KeyView
from refute.verdict import Verdict

_ROWS = (
    Mark.SUPPORTED,
    Mark.PARTLY,
    Mark.DEPENDS,
    Mark.REFUTED,
    Mark.UNDECIDED,
    Mark.NO_VERDICT,
    Mark.ADVICE,
    Mark.NOT_ENCODED,
    Mark.UNLINKED,
    Mark.NOT_A_CLAIM,
)


@dataclass(frozen=True)
class Row:
    """A mark with its counts; ``claims`` is ``None`` where no claim can have it."""

    mark: Mark
    statements: int
    claims: int | None


@dataclass(frozen=True)
class Tally:
    """The counts of a page."""

    rows: tuple[Row, ...]

    @property
    def statements(self) -> int:
        return sum(row.statements for row in self.rows)

    @property
    def claims(self) -> int:
        return sum(row.claims or 0 for row in self.rows)


def tally(claims: Iterable[ClaimView], keys: Iterable[KeyView]) -> Tally:
    """Count them; every mark has its row, zeros included.  Headings are no statements here."""
    of_claims = Counter(view.verdict.value.lower() for view in claims)
    of_statements = Counter(note.graded.mark for key in keys for note in key.notes)
    verdicts = {verdict.value.lower() for verdict in Verdict}
    return Tally(
        tuple(
            Row(
                mark,
                of_statements[mark],
                of_claims[mark.value] if mark.value in verdicts else None,
            )
            for mark in _ROWS
        )
    )
