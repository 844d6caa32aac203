"""What proposals are learned from: the phrases of a claims folder, and linked keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from refute.decision.verdict import Link
from refute.grading.folder import key_files
from refute.keys.links import LinkedKey, link
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError
from refute.ledger import Ledger
from refute.linking.examples import Example, examples_from_phrases
from refute.linking.phrases import Phrasebook, read_phrases

if TYPE_CHECKING:
    from refute.linking.matcher import Matcher


class Lessons:
    """A matcher that learns from a claims folder and linked keys, when it is first needed.

    Args:
        ledger: of a run of all claims.
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
        """The phrases of the claims folder.

        Raises:
            PhrasesError: they cannot be read.
        """
        return read_phrases(self._claims, self._statements)

    @cached_property
    def matcher(self) -> Matcher:
        """The matcher, which has learned.

        Raises:
            PhrasesError: the phrases cannot be read.
        """
        from refute.linking.keeping import kept_or_learned
        from refute.linking.matcher import Matcher

        examples = all_examples(self._statements, self.book, _linked_keys(self._answers))
        return Matcher(kept_or_learned(examples, self._kept), self.book)


def all_examples(
    statements: Mapping[str, str], book: Phrasebook, keys: Iterable[LinkedKey]
) -> list[Example]:
    """Return the examples from claims, phrases and keys; ``statements`` are the claims by id."""
    examples = examples_from_phrases(book, statements)
    for key in keys:
        examples += examples_from_key(key, statements)
    return examples


def examples_from_key(linked: LinkedKey, claims: Collection[str]) -> Iterator[Example]:
    """Yield an example for each sentence of a key that a person linked to known claims."""
    for statement, entry in zip(linked.key.statements, linked.entries, strict=True):
        if entry is None or entry.is_open or entry.not_encoded or statement.kind != "sentence":
            continue
        if all(link.claim in claims for link in entry.links):
            plain = tuple(Link(link.claim, link.asserts) for link in entry.links)
            yield Example(statement.text, plain)


def _linked_keys(answers: Path) -> Iterator[LinkedKey]:
    """Yield the keys that can be read; `refute check` says what is wrong with the others."""
    for path in key_files(answers):
        try:
            yield link(read_key(path))
        except AnswerKeyError:
            continue
