"""Finds an unambiguous quote for each statement of a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refute.keys.quoting import Quotable
from refute.keys.tree import Key, Statement

_LONG = 200
"""A statement with more characters is quoted by its first and last words."""


@dataclass(frozen=True)
class OwnQuote:
    """The quote of a statement; ``occurrence``, from 1, if the key has the words more than once.

    ``quote`` is ``None`` if the statement cannot be quoted.  Only a person's entry names the line.
    """

    statement: Statement
    quote: str | None
    occurrence: int | None = None
    at_line: int | None = None

    @property
    def place(self) -> tuple[str | None, int | None, int | None]:
        return self.quote, self.occurrence, self.at_line


def own_quotes(key: Key) -> Iterator[OwnQuote]:
    """Yield every statement of a key with its quote, in reading order."""
    quotable = Quotable(key)
    statements = iter(key.statements)
    for number, block in enumerate(key.blocks):
        for start, _ in block.stated():
            yield _quoted(quotable, next(statements), (number, start))


def _quoted(quotable: Quotable, statement: Statement, here: tuple[int, int]) -> OwnQuote:
    quote = statement.text
    if len(quote) > _LONG:
        words = quote.split()
        ends = f"{' '.join(words[:5])} … {' '.join(words[-5:])}"
        if quotable.places(ends).number_of(*here) == 1:
            quote = ends
    places = quotable.places(quote)
    number = places.number_of(*here)
    if number is None:
        return OwnQuote(statement, None)
    return OwnQuote(statement, quote, number if len(places.first(2)) > 1 else None)
