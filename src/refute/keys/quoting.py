"""Finding quotes in a key: where in its blocks the words of a quote stand.

A key of thousands of statements has as many quotes, so no quote reads the whole key: a quote is
looked for only where its rarest word stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from refute.keys.reader import plain_text
from refute.keys.tree import Key, Span

Place = tuple[int, Span]
"""The index of a block, and the span of its text."""

_ELLIPSIS = "…"
_WORD = re.compile(r"[^\W_]+")


class Quotable:
    """The text of a key with single spaces, a line for each block, and where each word stands."""

    def __init__(self, key: Key) -> None:
        self._stretches: list[int] = []  # where each stretch between spaces begins in the text
        self._origins: list[tuple[int, int]] = []  # its block, and where it begins in that one
        self._ends: list[int] = []  # where the text of each block ends
        lines: list[str] = []
        at = 0
        for number, block in enumerate(key.blocks):
            found = list(re.finditer(r"\S+", block.text))
            for stretch in found:
                self._stretches.append(at)
                self._origins.append((number, stretch.start()))
                at += len(stretch[0]) + 1
            at += not found  # the line of an empty block has an end all the same
            lines.append(" ".join(stretch[0] for stretch in found))
            self._ends.append(at - 1)
        self._text = "\n".join(lines)
        self._words: dict[str, list[int]] = {}
        for word in _WORD.finditer(self._text):
            self._words.setdefault(word[0], []).append(word.start())

    def places(self, quote: str) -> list[Place]:
        """Every place that the quote may mean: as it is written, or as Markdown shows it."""
        found = self._places(single_spaced(quote))
        return found or self._places(single_spaced(plain_text(quote)))

    def _places(self, words: str) -> list[Place]:
        whole = [(start, start + len(words)) for start in self._starts(words)]
        return [self._place(start, end) for start, end in whole or self._elided(words)]

    def _elided(self, words: str) -> Iterator[Span]:
        """Where ``first words … last words`` stand: from the first to the nearest last after it."""
        first, ellipsis, last = (part.strip() for part in words.partition(_ELLIPSIS))
        if not (first and ellipsis and _WORD.search(last)):
            return
        for start in self._starts(first):
            end_of_block = self._ends[bisect_right(self._ends, start)]
            at = self._text.find(last, start + len(first), end_of_block)
            while at >= 0 and not self._stands_at(at, last):
                at = self._text.find(last, at + 1, end_of_block)
            if at >= 0:
                yield start, at + len(last)

    def _starts(self, words: str) -> list[int]:
        """Where the words stand, as whole words."""
        known = [(self._words.get(word[0], []), word.start()) for word in _WORD.finditer(words)]
        if not known:
            return []
        rarest, offset = min(known, key=lambda one: len(one[0]))
        return [at - offset for at in rarest if self._stands_at(at - offset, words)]

    def _stands_at(self, start: int, words: str) -> bool:
        text, end = self._text, start + len(words)
        if start < 0 or not text.startswith(words, start):
            return False
        cut_before = words[0].isalnum() and start > 0 and _in_word(text[start - 1])
        cut_after = words[-1].isalnum() and end < len(text) and _in_word(text[end])
        return not (cut_before or cut_after)

    def _place(self, start: int, end: int) -> Place:
        block, first = self._origin(start)
        return block, (first, self._origin(end - 1)[1] + 1)

    def _origin(self, at: int) -> tuple[int, int]:
        """The block of a character of the text, and where it stands in it."""
        stretch = bisect_right(self._stretches, at) - 1
        block, first = self._origins[stretch]
        return block, first + at - self._stretches[stretch]


def single_spaced(text: str) -> str:
    """The text with single spaces and none around it."""
    return " ".join(text.split())


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"
