"""Places entries: finds the place in the key that each quote of a links file means."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from functools import cached_property

from refute.keys.entries import Entry
from refute.keys.quoting import MAX_PLACES, Quotable, QuotePlace
from refute.keys.tree import Key
from refute.spacing import single_spaced

_MAX_NAMED = 5
"""The most places that the fault of an ambiguous quote names."""

_ELLIPSES = ("...", "…")

_NEVER_LONG = 1000
"""A quote with at most this many characters is looked for in any key."""


class PlacedEntries:
    """The places of a key that entries quote, without overlaps."""

    def __init__(self, key: Key) -> None:
        self.placed: list[tuple[QuotePlace, Entry]] = []
        """In the order of the key."""
        self.path = key.path
        self._key = key
        self._quotable = Quotable(key)
        self._on_lines: dict[tuple[str, int], list[QuotePlace]] = {}
        self._places_by_line: dict[tuple[str, int], dict[int, list[QuotePlace]]] = {}

    def place(self, entry: Entry) -> str | None:
        """Place an entry; return the fault if that is impossible."""
        if too_long := self._too_long(entry.quote, "the quote"):
            return too_long
        places = self._candidates(entry)
        occurrence = entry.occurrence or 1
        if len(places) < occurrence:
            if self._quotable.is_exhausted:
                return (
                    f"the quotes up to here occur in more than {MAX_PLACES:,} places of "
                    f"{self.path}: quote more words"
                )
            return self._missing(entry, len(places))
        if entry.occurrence is None and len(places) > 1:
            return self._ambiguous(entry, places)
        place = places[occurrence - 1]
        if rival := self._overlapping(place):
            return (
                f"the entry on line {rival.line} quotes the same words: merge the two, or quote "
                "less"
            )
        insort(self.placed, (place, entry), key=_by_place)
        return None

    def lacks(self, words: str, name: str) -> str | None:
        """The fault of words that should be somewhere in the key; ``None`` if they are."""
        if too_long := self._too_long(words, name):
            return too_long
        if self._quotable.places(words).first(1):
            return None
        return f"{shown_quote(words)} is not in {self.path}: fix {name}"

    def _too_long(self, words: str, name: str) -> str | None:
        length = len(single_spaced(words))
        if length <= self._longest_quote:
            return None
        return (
            f"{name} has {length:,} characters, more than any paragraph or block of code of "
            f"{self.path}: quote less"
        )

    @cached_property
    def _longest_quote(self) -> int:
        """The most characters of a quote: twice those of a block, for markup that it alone has."""
        longest_block = max((len(block.source) for block in self._key.blocks), default=0)
        return max(_NEVER_LONG, 2 * longest_block)

    def _candidates(self, entry: Entry) -> Sequence[QuotePlace]:
        """As many places as are needed to choose one, and to name some in a fault."""
        if entry.at_line is not None:
            return self._on_line(entry.quote, entry.at_line)
        count = max(min(entry.occurrence or 0, MAX_PLACES), _MAX_NAMED) + 1
        return self._quotable.places(entry.quote).first(count)

    def _on_line(self, quote: str, line: int) -> Sequence[QuotePlace]:
        """Look only in the blocks of that line: a key may have thousands of equal sentences."""
        if (quote, line) not in self._on_lines:
            self._on_lines[quote, line] = [
                place
                for block in self._blocks_by_line.get(line, ())
                for place in self._by_line(quote, block).get(line, ())
            ]
        return self._on_lines[quote, line]

    def _by_line(self, quote: str, block: int) -> dict[int, list[QuotePlace]]:
        """The places of a quote in a block, by line: a block may have thousands of equal lines."""
        if (quote, block) not in self._places_by_line:
            by_line: dict[int, list[QuotePlace]] = {}
            for place in self._quotable.places(quote, block).first(MAX_PLACES):
                by_line.setdefault(self._line_of(place), []).append(place)
            self._places_by_line[quote, block] = by_line
        return self._places_by_line[quote, block]

    @cached_property
    def _blocks_by_line(self) -> dict[int, list[int]]:
        blocks: dict[int, list[int]] = {}
        for at, block in enumerate(self._key.blocks):
            for line in range(block.line, block.line + block.source.count("\n") + 1):
                blocks.setdefault(line, []).append(at)
        return blocks

    def _line_of(self, place: QuotePlace) -> int:
        block, (start, _) = place
        return self._key.blocks[block].line_of(start)

    def _overlapping(self, place: QuotePlace) -> Entry | None:
        """The entry that quotes some of the same words, if there is one."""
        at = bisect_left(self.placed, place, key=_by_place)
        block, (start, end) = place
        for (other, (first, after)), entry in self.placed[max(at - 1, 0) : at + 1]:
            if other == block and first < end and start < after:
                return entry
        return None

    def _missing(self, entry: Entry, count: int) -> str:
        where = f"on line {entry.at_line} of" if entry.at_line is not None else "in"
        if count:
            times = "once" if count == 1 else f"{count} times"
            return f"{shown_quote(entry.quote)} is {times} {where} {self.path}: fix occurrence"
        quote = entry.quote.strip()
        if quote.startswith(_ELLIPSES) or quote.endswith(_ELLIPSES):
            return (
                f"{shown_quote(entry.quote)} is not {where} {self.path}: write an ellipsis "
                "only between the first and the last words of the quote"
            )
        return (
            f"{shown_quote(entry.quote)} is not {where} {self.path} (any more): "
            "quote the key as it is now, or delete the entry"
        )

    def _ambiguous(self, entry: Entry, places: Sequence[QuotePlace]) -> str:
        lines = ", ".join(str(self._line_of(place)) for place in places[:_MAX_NAMED])
        many = len(places) > _MAX_NAMED
        times = f"more than {_MAX_NAMED} times" if many else f"{len(places)} times"
        line = f"line = {self._line_of(places[0])} or " if entry.at_line is None else ""
        return (
            f"{shown_quote(entry.quote)} is {times} in {self.path} (lines {lines}"
            f"{', ...' if many else ''}): quote more, or add {line}occurrence = 1"
        )


def _by_place(placed: tuple[QuotePlace, Entry]) -> QuotePlace:
    return placed[0]


def shown_quote(quote: str) -> str:
    """Return a quote between quotation marks, cut short for a message."""
    quote = single_spaced(quote)
    return f"“{quote if len(quote) <= 60 else f'{quote[:59]}…'}”"
