"""Which claims the open statements of a key most likely make: for "possibly", never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from refute.decision.verdict import Link
from refute.keys.links import LinkedKey
from refute.ledger import Ledger
from refute.linking.phrases import Phrasebook, read_phrases

if TYPE_CHECKING:
    from refute.linking.matcher import Matcher


class Likely:
    """What a claims folder and the linked keys of a folder make of a key's open statements.

    A folder without phrases teaches too little: nothing is likely then.  Nothing is learned before
    the first key that has open statements, so that one without them is graded at once.  A run of a
    part of the claims does not know them all, and nothing is likely either.
    """

    def __init__(self, ledger: Ledger, claims: Path, answers: Path) -> None:
        self._claims, self._answers = claims, answers
        self._in_full = ledger.run.whole
        self._statements = {claim.id: claim.statement for claim in ledger.claims}

    def __call__(self, linked: LinkedKey) -> Mapping[int, Link]:
        """The likely claims, by the index of the statement.

        Raises:
            PhrasesError: the phrases cannot be read.
        """
        open_ = any(entry is None or entry.proposed for entry in linked.entries)
        if not open_ or not self._in_full or not self._book.claims:
            return {}
        from refute.linking.proposing import open_statements, possibly

        return possibly(open_statements(linked, self._matcher))

    @cached_property
    def _book(self) -> Phrasebook:
        return read_phrases(self._claims, self._statements)

    @cached_property
    def _matcher(self) -> Matcher:
        from refute.linking.learning import taught

        return taught(self._statements, self._book, self._answers)
