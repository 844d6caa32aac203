"""What changed since an earlier run, as the page shows it: with links to the claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from refute.difference.changes import Changes, ClaimLine, ReadingLine, StatementLine
from refute.difference.earlier import Since
from refute.prose.changes import members, moved, results
from refute.report.claims import ClaimView
from refute.report.keys import KeyView


@dataclass(frozen=True)
class ChangesView:
    """What changed, and where the page shows the claims; or why nothing can be compared."""

    changes: Changes | None
    reason: str | None
    claims: Mapping[str, ClaimView]
    keys: Sequence[KeyView]

    @property
    def results(self) -> list[tuple[str, tuple[ClaimLine, ...]]]:
        """Claims whose results differ, under their headings."""
        assert self.changes is not None
        return [(title, lines) for title, lines in results(self.changes) if lines]

    @property
    def moved(self) -> list[tuple[str, tuple[ReadingLine, ...]]]:
        """Readings whose number moved and whose outcome did not change, under their headings."""
        assert self.changes is not None
        return [(title, lines) for title, lines in moved(self.changes) if lines]

    @property
    def members(self) -> list[tuple[str, tuple[ClaimLine, ...]]]:
        """Claims that only one of the runs has, under their headings."""
        assert self.changes is not None
        return [(title, lines) for title, lines in members(self.changes) if lines]

    def claim(self, id: str) -> str | None:
        """The anchor of a claim; a claim that was removed has none."""
        view = self.claims.get(id)
        return None if view is None else view.id

    def reading(self, line: ReadingLine) -> str | None:
        """The anchor of a reading or control."""
        view = self.claims.get(line.claim)
        readings = [] if view is None else view.readings
        return next((one.id for one in readings if one.record.name == line.name), None)

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
