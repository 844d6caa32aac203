"""Which claims the open statements of a key most likely make: for "possibly", never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from refute.decision.verdict import Link
from refute.keys.folder import Material, gather
from refute.keys.links import LinkedKey
from refute.ledger import Ledger
from refute.linking.learning import Lessons


class Likely:
    """What a claims folder and the linked keys of a folder make of a key's open statements.

    A folder without phrases teaches too little: nothing is likely then.  Nothing is learned before
    the first key that has open statements, so that one without them is graded at once.  A run of a
    part of the claims does not know them all, and nothing is likely either.
    """

    def __init__(self, ledger: Ledger, claims: Path, answers: Path) -> None:
        self._in_full = ledger.run.whole
        self._lessons = Lessons(ledger, claims, answers)

    def __call__(self, linked: LinkedKey) -> Mapping[int, Link]:
        """The likely claims, by the index of the statement.

        Raises:
            PhrasesError: the phrases cannot be read.
        """
        open_ = any(entry is None or entry.proposed for entry in linked.entries)
        if not open_ or not self._in_full or not self._lessons.book.claims:
            return {}
        from refute.linking.proposing import open_statements, possibly

        return possibly(open_statements(linked, self._lessons.matcher))


def material(ledger: Ledger, ledger_path: Path, claims: Path, answers: Path) -> Material:
    """A folder's keys graded, with what is possibly wrong in what nobody has linked."""
    return gather(ledger, ledger_path, answers, Likely(ledger, claims, answers))
