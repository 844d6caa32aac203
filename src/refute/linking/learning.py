"""What proposals are learned from: a claims folder's phrases, and keys that a person has linked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from refute.decision.verdict import Link
from refute.keys.links import LinkedKey, link
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError
from refute.ledger import Ledger
from refute.linking.matcher import Example, Matcher, examples
from refute.linking.phrases import Phrasebook, read_phrases


def learned(ledger: Ledger, claims: Path, answers: Path) -> Matcher:
    """The matcher that a claims folder and the linked keys of a folder teach.

    Raises:
        PhrasesError: the phrases cannot be read.
    """
    statements = {claim.id: claim.statement for claim in ledger.claims}
    return taught(statements, read_phrases(claims, statements), answers)


def taught(statements: Mapping[str, str], book: Phrasebook, answers: Path) -> Matcher:
    """The matcher of these phrases and keys; ``statements`` are the claims' own, by id."""
    learnt = examples(book, statements)
    for key in _linked_keys(answers):
        learnt += taught_by(key, statements)
    return Matcher(learnt, book)


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
    for path in sorted(answers.glob("*.md")):
        try:
            yield link(read_key(path))
        except AnswerKeyError:
            continue
