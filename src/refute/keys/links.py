"""Links a key by the TOML file beside it; :mod:`refute.keys.entries` has the format."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from refute.keys.entries import Entry, entry_of
from refute.keys.entry_faults import ReadingsByClaim, field_faults, id_faults
from refute.keys.entry_tables import EntryTable, tables_of
from refute.keys.placing import PlacedEntries
from refute.keys.prompts import needs_entry
from refute.keys.quoting import QuotePlace
from refute.keys.source import AnswerKeyError, read_text
from refute.keys.tree import Key, Statement

MAX_FAULTS = 20
"""The most faults of a links file that are reported at once."""


@dataclass(frozen=True)
class LinkedKey:
    """A key divided at its quotes.

    ``entries`` has the entry of each statement, or ``None``.  ``links_path`` is ``None`` for a key
    without a links file.
    """

    key: Key
    entries: tuple[Entry | None, ...]
    links_path: Path | None

    @property
    def numbered(self) -> int:
        """How many of its statements are numbered and counted."""
        return sum(
            statement.is_numbered(claims=entry is not None and entry.claims)
            for statement, entry in zip(self.key.statements, self.entries, strict=True)
        )


def is_open(statement: Statement, entry: Entry | None) -> bool:
    """Whether a statement is a sentence that a person has yet to account for in its entry."""
    waits = entry is None or entry.is_open
    return waits and statement.kind == "sentence" and needs_entry(statement)


def links_path(key_path: Path) -> Path:
    """Return the path of a key's links file: beside the key, with the same name."""
    return key_path.with_suffix(".toml")


def link(key: Key, known: ReadingsByClaim | None = None) -> LinkedKey:
    """Link a key by the links file beside it; without this file, nothing is linked.

    ``known`` are all claims, or ``None`` if they are unknown.

    Raises:
        AnswerKeyError: the links are malformed, or do not fit the key or the claims.
    """
    path = links_path(key.path)
    if not path.is_symlink() and not path.exists():
        return LinkedKey(key, (None,) * len(key.statements), None)
    return parse_links(read_text(path), path, key, known)


def parse_links(text: str, path: Path, key: Key, known: ReadingsByClaim | None = None) -> LinkedKey:
    """Link a key by the text of a links file; ``path`` names it in messages.

    Raises:
        AnswerKeyError: the links are malformed, or do not fit the key or the claims.
    """
    places = PlacedEntries(key)
    faults: list[str] = []
    for table in tables_of(text, path):
        found = _placed(table, known, places)
        faults += islice((f"{path}:{line}: {fault}" for line, fault in found), MAX_FAULTS)
        if len(faults) >= MAX_FAULTS:
            faults[MAX_FAULTS:] = [f"{path}: and more: fix these first"]
            break
    if faults:
        raise AnswerKeyError("\n".join(faults))
    divided = key.quoting(place for place, _ in places.placed)
    return LinkedKey(divided, tuple(_entries_in_order(divided, places.placed)), path)


def _entries_in_order(key: Key, placed: list[tuple[QuotePlace, Entry]]) -> Iterator[Entry | None]:
    """For each statement, the entry whose quote begins in it."""
    starts = [(at, span[0]) for (at, span), _ in placed]
    for at, block in enumerate(key.blocks):
        for start, end in block.spans:
            following = bisect_left(starts, (at, start))
            here = following < len(starts) and starts[following] < (at, end)
            yield placed[following][1] if here else None


def _placed(
    table: EntryTable, known: ReadingsByClaim | None, places: PlacedEntries
) -> Iterator[tuple[int, str]]:
    """Place an entry, or yield its faults, each with its line."""
    sound = True
    for faults in (field_faults(table), id_faults(table, known)):
        for fault in faults:
            sound = False
            yield fault
        if not sound:
            return
    entry = entry_of(table)
    if fault_of_place := places.place(entry):
        yield entry.line, fault_of_place
    for link in entry.links:
        if link.stated and (lacking := places.lacks(link.stated, "stated")):
            yield table.line_of("stated"), lacking
