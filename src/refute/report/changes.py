"""What changed since an earlier run, with links to the claims on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from refute.prose.changed_claims import ClaimLine, ReadingLine
from refute.prose.changes import (
    REWRITTEN,
    SAME_RUN,
    STATEMENTS,
    Changes,
    Since,
    StatementLine,
    added_or_removed,
    moved,
    results,
)
from refute.report.claims import ClaimView
from refute.report.keys import KeyView


@dataclass(frozen=True)
class ChangesView:
    """What changed, with the places of claims on the page; or why nothing can be compared."""

    statements_changed = STATEMENTS
    claims_rewritten = REWRITTEN
    same_run = SAME_RUN

    changes: Changes | None
    reason: str | None
    claims: Mapping[str, ClaimView]
    keys: Sequence[KeyView]

    @property
    def results(self) -> list[tuple[str, tuple[ClaimLine, ...]]]:
        """Claims whose results differ, under headings."""
        return [] if self.changes is None else results(self.changes)

    @property
    def moved(self) -> list[tuple[str, tuple[ReadingLine, ...]]]:
        """Readings whose number moved although their outcome did not change, under headings."""
        return [] if self.changes is None else moved(self.changes)

    @property
    def added_or_removed(self) -> list[tuple[str, tuple[ClaimLine, ...]]]:
        """Claims that only one of the runs has, under headings."""
        return [] if self.changes is None else added_or_removed(self.changes)

    def claim(self, id: str) -> str | None:
        """The anchor of a claim; a claim that was removed has none."""
        view = self.claims.get(id)
        return None if view is None else view.id

    def reading(self, line: ReadingLine) -> str | None:
        """The anchor of a reading or control."""
        view = self.claims.get(line.claim)
        readings = [] if view is None else view.readings
        return next((reading.id for reading in readings if reading.record.name == line.name), None)

    def statement(self, line: StatementLine) -> str | None:
        """The anchor of a statement in its key."""
        return next(
            (
                note.id
                for key in self.keys
                if key.file == line.key
                for note in key.notes
                if note.graded.statement.index == line.index
            ),
            None,
        )


def changes_view(
    since: Since | None, claims: Mapping[str, ClaimView], keys: Sequence[KeyView]
) -> ChangesView:
    """The section of the page; ``since`` is ``None`` if no earlier run was given."""
    if since is None:
        since = Since(None, "No earlier run was given to compare this one with.")
    return ChangesView(since.changes, since.reason, claims, keys)
