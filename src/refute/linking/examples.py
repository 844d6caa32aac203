"""Examples: sentences whose claims are known, from which the model learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from refute.decision.verdict import Link
from refute.linking.phrases import Phrasebook


@dataclass(frozen=True)
class Example:
    """A sentence and the claims that it makes, if any."""

    text: str
    links: tuple[Link, ...] = ()


def examples_from_phrases(book: Phrasebook, claims: Mapping[str, str]) -> list[Example]:
    """Return an example for each phrase and for each claim's own sentence.

    ``claims`` has the sentences by id.
    """
    examples = [Example(sentence, (Link(id, True),)) for id, sentence in claims.items()]
    for id, phrases in book.claims.items():
        examples += (Example(text, (Link(id, True),)) for text in phrases.asserts)
        examples += (Example(text, (Link(id, False),)) for text in phrases.denies)
    return [*examples, *map(Example, book.others)]
