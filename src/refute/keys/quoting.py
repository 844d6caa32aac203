"""Finds the words of a quote in the blocks of a key.

A key of thousands of statements has as many quotes, so no quote searches the whole key: it is
looked for only where its rarest word occurs.  Spellings of quotation marks, ellipses and accents do
not matter, because quote and key are compared in a normal form.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from refute.keys.reader import plain_text
from refute.keys.tree import UNSAID, Key, Span

QuotePlace = tuple[int, Span]
"""The index of a block and a span of its text."""

_ELLIPSIS = "..."
_WORD = re.compile(r"[^\W_]+")
_STRAIGHT = str.maketrans("‘’‚‛“”„‟", "''''" + '""""')
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff" + UNSAID))
"""Where a word may be broken or joined, and what belongs to no statement."""

_MAX_ACCENTS = 32
"""The most accents on one letter that are sorted together; the time grows with their square."""

MAX_PLACES = 200_000
"""The most places remembered for all quotes of a key, some 40 MB."""

_MANY = 1000
"""If a word occurs more often than this, searching the whole key is faster."""


class Places:
    """The places of a quote in the order of the key, found as far as they are asked for.

    A key may have thousands of equal sentences, each quoted by its occurrence.
    """

    def __init__(self, places: Iterator[QuotePlace]) -> None:
        self._found: list[QuotePlace] = []
        self._more = places

    def first(self, count: int) -> Sequence[QuotePlace]:
        """Return at least the first ``count`` places, or all of them if there are fewer."""
        self._found += islice(self._more, max(count - len(self._found), 0))
        return self._found

    def number_of(self, block: int, start: int) -> int | None:
        """Return the number, from 1, of the place that begins there; ``None`` if none does."""
        sought = (block, start)
        while not self._found or _beginning(self._found[-1]) < sought:
            before = len(self._found)
            if len(self.first(before + 1)) == before:
                return None
        at = bisect_left(self._found, sought, key=_beginning)
        return at + 1 if _beginning(self._found[at]) == sought else None


class Quotable:
    """The text of a key in normal form: single spaces, one line per block, straight quotes."""

    def __init__(self, key: Key) -> None:
        self._starts, self._ends = array("l"), array("l")  # of each character, in its block
        self._block_ends: list[int] = []
        lines: list[str] = []
        for block in key.blocks:
            line, starts, ends = _normalized(block.said)
            for places, of_block in ((self._starts, starts), (self._ends, ends)):
                places.extend(of_block)
                places.append(0)  # the line's end
            lines.append(line)
            self._block_ends.append(len(self._starts) - 1)
        self._text = "\n".join(lines)
        self._places: dict[tuple[str, int | None], Places] = {}
        self._places_left = MAX_PLACES
        self._words: dict[str, list[int]] = {}
        for word in _WORD.finditer(self._text):
            self._words.setdefault(word[0], []).append(word.start())

    @property
    def is_exhausted(self) -> bool:
        """Whether ``MAX_PLACES`` have been found, so that no further ones are."""
        return self._places_left == 0

    def places(self, quote: str, block: int | None = None) -> Places:
        """Return the places that a quote may mean, as written or as Markdown shows it.

        With a ``block``, only the places in the block of that index.
        """
        if (quote, block) not in self._places:
            self._places[quote, block] = Places(self._counted(self._search(quote, block)))
        return self._places[quote, block]

    def _counted(self, places: Iterator[QuotePlace]) -> Iterator[QuotePlace]:
        for place in places:
            if self.is_exhausted:
                return
            self._places_left -= 1
            yield place

    def _search(self, quote: str, block: int | None) -> Iterator[QuotePlace]:
        among = self._extent(block)
        for written in (quote, plain_text(quote)):
            words = _normalized(written)[0]
            for find in (self._whole, self._elided):
                any_found = False
                for start, end in find(words, among):
                    any_found = True
                    yield self._place(start, end)
                if any_found:
                    return

    def _extent(self, block: int | None) -> Span:
        """Where the text of a block stands, or all of it."""
        if block is None:
            return 0, len(self._text)
        return (self._block_ends[block - 1] + 1 if block else 0), self._block_ends[block]

    def _whole(self, words: str, among: Span) -> Iterator[Span]:
        return ((start, start + len(words)) for start in self._standing(words, among))

    def _elided(self, words: str, among: Span) -> Iterator[Span]:
        """Spans of ``first words … last words``, each up to the nearest last words."""
        first, ellipsis, last = (part.strip() for part in words.partition(_ELLIPSIS))
        if not (first and ellipsis and _WORD.search(last)):
            return
        found, searched_from = -1, 0
        for start in self._standing(first, among):
            after = start + len(first)
            end_of_block = self._block_ends[bisect_right(self._block_ends, start)]
            if found < after and searched_from <= end_of_block:
                found = self._next(last, max(after, searched_from), end_of_block)
                # If the last words do not follow here, they do not follow later first words either.
                searched_from = found if found >= 0 else end_of_block + 1
            if after <= found < end_of_block:
                yield start, found + len(last)

    def _next(self, words: str, start: int, end: int) -> int:
        at = self._text.find(words, start, end)
        while at >= 0 and not self._stands_at(at, words):
            at = self._text.find(words, at + 1, end)
        return at

    def _standing(self, words: str, among: Span) -> Iterator[int]:
        """Yield where in a stretch of the text the words occur as whole words."""
        start, end = among
        known = [(self._words.get(word[0], []), word.start()) for word in _WORD.finditer(words)]
        if not known:
            return
        rarest, offset = min(known, key=lambda word: len(word[0]))
        if len(rarest) > _MANY:
            at = self._next(words, start, end)
            while at >= 0:
                yield at
                at = self._next(words, at + 1, end)
            return
        for at in rarest[bisect_left(rarest, start) : bisect_left(rarest, end)]:
            if at - offset >= start and self._stands_at(at - offset, words):
                yield at - offset

    def _stands_at(self, start: int, words: str) -> bool:
        if start < 0 or not self._text.startswith(words, start):
            return False
        return not _is_cut(self._text, start, words)

    def _place(self, start: int, end: int) -> QuotePlace:
        block = bisect_right(self._block_ends, start)
        return block, (self._starts[start], self._ends[end - 1])


def has_words(text: str, words: str) -> bool:
    """Whether a text has these words, compared as a quote is; they are not shortened."""
    text, words = _normalized(text)[0], _normalized(words)[0]
    at = text.find(words)
    while words and at >= 0:
        if not _is_cut(text, at, words):
            return True
        at = text.find(words, at + 1)
    return False


def _is_cut(text: str, start: int, words: str) -> bool:
    """Whether words that occur in a text are a part of longer ones there."""
    end = start + len(words)
    return (words[0].isalnum() and start > 0 and _in_word(text[start - 1])) or (
        end < len(text)
        and ((words[-1].isalnum() and _in_word(text[end])) or unicodedata.combining(text[end]) > 0)
    )


def _normalized(text: str) -> tuple[str, array[int], array[int]]:
    """The text in normal form, and the start and end of each of its characters in the original."""
    forms: list[str] = []
    starts, ends = array("l"), array("l")
    for stretch in re.finditer(r"\S+", text):
        first, after = stretch.span()
        if stretch[0].isascii() and UNSAID not in stretch[0]:
            parts: list[tuple[str, Sequence[int], Sequence[int]]] = [
                (stretch[0], range(first, after), range(first + 1, after + 1))
            ]
        else:
            parts = list(_letters(stretch[0], first))
        if parts and forms:
            parts.insert(0, (" ", range(first, first + 1), range(first, first + 1)))
        for form, begins, finishes in parts:
            forms.append(form)
            starts.extend(begins)
            ends.extend(finishes)
    return "".join(forms), starts, ends


def _letters(stretch: str, offset: int) -> Iterator[tuple[str, Sequence[int], Sequence[int]]]:
    """Yield each letter with its accents decomposed, and the start and end of each part."""
    at = 0
    while at < len(stretch):
        end = at + 1
        while end < min(len(stretch), at + _MAX_ACCENTS) and unicodedata.combining(stretch[end]):
            end += 1
        form = unicodedata.normalize("NFKD", stretch[at:end].translate(_STRAIGHT))
        form = form.translate(_INVISIBLE)
        if form:
            yield form, [offset + at] * len(form), [offset + end] * len(form)
        at = end


def _beginning(place: QuotePlace) -> tuple[int, int]:
    block, (start, _) = place
    return block, start


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"
