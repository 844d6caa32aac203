"""Sentences whose claims are known: what is learned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from refute.decision.verdict import Link
from refute.linking.phrases import Phrasebook


@dataclass(frozen=True)
class Example:
    """A sentence and the claims that it makes; none where it makes no claim."""

    text: str
    links: tuple[Link, ...] = ()


def examples(book: Phrasebook, claims: Mapping[str, str]) -> list[Example]:
    """What the book teaches, and each claim's own sentence; ``claims`` has these by id."""
    found = [Example(sentence, (Link(id, True),)) for id, sentence in claims.items()]
    for id, phrases in book.claims.items():
        found += (Example(text, (Link(id, True),)) for text in phrases.asserts)
        found += (Example(text, (Link(id, False),)) for text in phrases.denies)
    return [*found, *map(Example, book.others)]
