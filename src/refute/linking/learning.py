"""What proposals are learned from: a claims folder's phrases, and keys that a person has linked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from refute.decision.verdict import Link
from refute.keys.folder import key_files
from refute.keys.links import LinkedKey, link
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError
from refute.ledger import Ledger
from refute.linking.examples import Example, examples
from refute.linking.phrases import Phrasebook, read_phrases

if TYPE_CHECKING:
    from refute.linking.matcher import Matcher


class Lessons:
    """What a claims folder and the linked keys of a folder teach, read when it is asked for.

    Args:
        ledger: of a run that knows all claims.
        claims: the claims folder, with its phrases.
        answers: the folder of keys; it need not exist.
        kept: where models are kept; by default the user's cache folder.
    """

    def __init__(
        self, ledger: Ledger, claims: Path, answers: Path, kept: Path | None = None
    ) -> None:
        self._statements = {claim.id: claim.statement for claim in ledger.claims}
        self._claims, self._answers, self._kept = claims, answers, kept

    @cached_property
    def book(self) -> Phrasebook:
        """The phrases.

        Raises:
            PhrasesError: they cannot be read.
        """
        return read_phrases(self._claims, self._statements)

    @cached_property
    def matcher(self) -> Matcher:
        """Who proposes, having learned.

        Raises:
            PhrasesError: the phrases cannot be read.
        """
        from refute.linking.keeping import kept_or_learned
        from refute.linking.matcher import Matcher

        return Matcher(kept_or_learned(self._taught(), self._kept), self.book)

    def _taught(self) -> list[Example]:
        return taught(self._statements, self.book, _linked_keys(self._answers))


def taught(
    statements: Mapping[str, str], book: Phrasebook, keys: Iterable[LinkedKey]
) -> list[Example]:
    """All that these phrases and keys teach; ``statements`` are the claims' own, by id."""
    found = examples(book, statements)
    for key in keys:
        found += taught_by(key, statements)
    return found


def taught_by(linked: LinkedKey, claims: Collection[str]) -> Iterator[Example]:
    """What the entries of a key that a person wrote teach."""
    for statement, entry in zip(linked.key.statements, linked.entries, strict=True):
        if entry is None or entry.proposed or entry.not_encoded or statement.kind != "sentence":
            continue
        if all(link.claim in claims for link in entry.links):
            plain = tuple(Link(link.claim, link.asserts) for link in entry.links)
            yield Example(statement.text, plain)


def _linked_keys(answers: Path) -> Iterator[LinkedKey]:
    """Keys that cannot be read teach nothing; `refute check` says what is wrong with them."""
    for path in key_files(answers):
        try:
            yield link(read_key(path))
        except AnswerKeyError:
            continue
