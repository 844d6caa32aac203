"""Links: what each statement of a key asserts or denies, written by hand in TOML beside it.

``answers/003.toml`` belongs to ``answers/003.md`` and holds one entry per statement::

    [[statement]]
    quote = "dropout leaves a network whose structure is sparse"
    asserts = ["sparse/dropout-yields-sparse-network"]

``quote`` is text of the key as a reader sees it (Markdown's markup may be written or left out,
line breaks do not count).  It may be several sentences, one, or a part of one, and then the
sentence becomes several statements; ``"first words … last words"`` stands for all between.  It
occurs exactly once in the key.  An entry says one of

- ``asserts`` and ``denies``: ids of claims (to deny is the logical negation), and
  ``not_encoded``: names of claims that nobody has encoded yet;
- ``advice = "why no experiment decides it"``;
- ``not_a_claim = true``, or a text saying what it is instead.  Headings are none without an entry.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refute.keys.reader import Key, Span, Statement, plain_text
from refute.keys.source import AnswerKeyError, read_text
from refute.verdict import Link

CLAIM_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")

_LISTS = ("asserts", "denies", "not_encoded")
_FIELDS = ("quote", *_LISTS, "advice", "not_a_claim")
_ELLIPSIS = "…"


@dataclass(frozen=True)
class Entry:
    """What one quote of the key says.  ``line`` is the entry's own, in the links file."""

    line: int
    quote: str
    links: tuple[Link, ...] = ()
    not_encoded: tuple[str, ...] = ()
    advice: str | None = None
    not_a_claim: str | None = None


@dataclass(frozen=True)
class LinkedKey:
    """A key divided at its quotes; ``entries`` has one per statement, ``None`` where none is.

    ``links_path`` is ``None`` for a key that has no links.
    """

    key: Key
    entries: tuple[Entry | None, ...]
    links_path: Path | None

    def unaccounted(self) -> tuple[Statement, ...]:
        """Statements that no entry accounts for; headings need none."""
        return tuple(
            statement
            for statement, entry in zip(self.key.statements, self.entries, strict=True)
            if entry is None and statement.kind != "heading"
        )


def links_path(key_path: Path) -> Path:
    """Where the links of a key are: beside it, under the same name."""
    return key_path.with_suffix(".toml")


def link(key: Key, known: Collection[str] | None = None) -> LinkedKey:
    """Link a key by the file beside it; without one, nothing is linked.

    ``known`` are the ids of all claims; ``None`` where they cannot be known.

    Raises:
        AnswerKeyError: the links are malformed, or do not fit the key or the claims.
    """
    path = links_path(key.path)
    if not path.exists():
        return LinkedKey(key, (None,) * len(key.statements), None)
    return parse_links(read_text(path), path, key, known)


def parse_links(text: str, path: Path, key: Key, known: Collection[str] | None = None) -> LinkedKey:
    """Link a key by the text of a links file; ``path`` names it in messages.

    Raises:
        AnswerKeyError: the links are malformed, or do not fit the key or the claims.
    """
    faults: list[str] = []
    entries = [
        entry
        for table in _tables(text, path)
        if (entry := _entry(table, path, known, faults)) is not None
    ]
    texts = [_single_spaced(block.text) for block in key.blocks]
    quoted: list[tuple[int, Span, Entry]] = []
    for entry in entries:
        place = _place(entry, key, texts, path, faults)
        if place is None:
            continue
        if rival := next((other for other in quoted if _overlap(other, place)), None):
            faults.append(
                f"{path}:{entry.line}: quotes words that line {rival[2].line} quotes too: "
                "make one entry of the two, or quote less"
            )
            continue
        quoted.append((*place, entry))
    if faults:
        raise AnswerKeyError("\n".join(faults))
    divided = key.quoting((block, span) for block, span, _ in quoted)
    by_start = {(block, span[0]): entry for block, span, entry in quoted}
    return LinkedKey(divided, tuple(_entries_in_order(divided, by_start)), path)


def _entries_in_order(key: Key, by_start: dict[tuple[int, int], Entry]) -> Iterator[Entry | None]:
    for at, block in enumerate(key.blocks):
        for start, end in block.spans:
            inside = (by_start.get((at, offset)) for offset in range(start, end))
            yield next((entry for entry in inside if entry is not None), None)


# --- the file: tables, and the lines on which they stand ----------------------------------


@dataclass(frozen=True)
class _Table:
    """One ``[[statement]]`` of the file and its source, to find lines in."""

    fields: dict[str, Any]
    line: int
    source: str

    def line_of(self, word: str) -> int:
        """The line with a name or id, and the entry's own where it is spelled otherwise."""
        found = re.search(rf"(?<![\w/-]){re.escape(word)}(?![\w/-])", self.source)
        return self.line + (self.source.count("\n", 0, found.start()) if found else 0)


def _tables(text: str, path: Path) -> list[_Table]:
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
        what = str(error)[: place.start()] if place else str(error)
        line = place[1] if place and place[1] else text.count("\n") + 1
        raise AnswerKeyError(f"{path}:{line}: not TOML: {what}: mend the line") from None
    for name in document:
        if name != "statement":
            raise AnswerKeyError(
                f"{path}:{_line_of_name(text, name)}: unknown name {name!r}: "
                "a links file holds [[statement]] entries and nothing else"
            )
    tables = document.get("statement", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise AnswerKeyError(
            f"{path}:{_line_of_name(text, 'statement')}: statement is not a list of entries: "
            "begin each with [[statement]]"
        )
    starts = [found.start() for found in re.finditer(r"^\s*\[\[", text, re.MULTILINE)]
    ends = [*starts[1:], len(text)][: len(starts)]
    if len(starts) != len(tables):  # a quote holds such a line: search the whole file instead
        starts, ends = [0] * len(tables), [len(text)] * len(tables)
    return [
        _Table(table, _line_at(text, start), text[start:end].lstrip())
        for table, start, end in zip(tables, starts, ends, strict=True)
    ]


def _line_at(text: str, offset: int) -> int:
    blank = len(text[offset:]) - len(text[offset:].lstrip())
    return text.count("\n", 0, offset + blank) + 1


def _line_of_name(text: str, name: str) -> int:
    found = re.search(rf"^\s*\[*\s*[\"']?{re.escape(name)}", text, re.MULTILINE)
    return _line_at(text, found.start()) if found else 1


# --- one entry -----------------------------------------------------------------------------


def _entry(
    table: _Table, path: Path, known: Collection[str] | None, faults: list[str]
) -> Entry | None:
    """The entry, or ``None`` and its faults."""
    fields = table.fields
    found = list(_field_faults(table))
    if not found:
        found = list(_id_faults(table, known))
    if found:
        faults.extend(f"{path}:{line}: {fault}" for line, fault in found)
        return None
    no_claim = fields.get("not_a_claim")
    return Entry(
        line=table.line_of("quote"),
        quote=fields["quote"],
        links=tuple(
            [Link(id) for id in fields.get("asserts", ())]
            + [Link(id, asserts=False) for id in fields.get("denies", ())]
        ),
        not_encoded=tuple(fields.get("not_encoded", ())),
        advice=fields.get("advice"),
        not_a_claim="makes no claim" if no_claim is True else no_claim,
    )


def _field_faults(table: _Table) -> Iterator[tuple[int, str]]:
    """Faults of form: names, types, and what may stand together."""
    fields = table.fields
    for name in fields:
        if name not in _FIELDS:
            yield table.line_of(name), f"unknown name {name!r}: an entry knows {', '.join(_FIELDS)}"
    if not _is_text(fields.get("quote")):
        yield table.line, 'an entry without a quote: write quote = "words of the key"'
    for name in _LISTS:
        ids = fields.get(name, [""])
        if not (isinstance(ids, list) and ids and all(isinstance(id, str) for id in ids)):
            yield table.line_of(name), f'{name} is not a list of ids: write {name} = ["q/id"]'
    if "advice" in fields and not _is_text(fields["advice"]):
        yield table.line_of("advice"), "advice without a reason: say why no experiment decides it"
    if "not_a_claim" in fields and not (
        fields["not_a_claim"] is True or _is_text(fields["not_a_claim"])
    ):
        yield table.line_of("not_a_claim"), "not_a_claim is true or says what it is instead"
    said = {"links" if name in _LISTS else name for name in fields if name in _FIELDS[1:]}
    if not said and set(fields) <= {"quote"}:
        yield (
            table.line,
            f"the entry says nothing of its quote: add one of {', '.join(_FIELDS[1:])}",
        )
    elif len(said) > 1:
        yield (
            table.line,
            f"the entry contradicts itself ({' and '.join(sorted(said))}): keep one, or quote "
            "the parts of the statement apart",
        )


def _id_faults(table: _Table, known: Collection[str] | None) -> Iterator[tuple[int, str]]:
    ids = [(name, id) for name in _LISTS for id in table.fields.get(name, ())]
    seen: set[str] = set()
    for name, id in ids:
        line = table.line_of(id)
        if not CLAIM_ID.fullmatch(id):
            yield line, f"{id!r} is not an id: write question/claim, in small letters and hyphens"
        elif id in seen:
            yield line, f"names {id} twice: a statement asserts a claim or denies it, once"
        elif known is not None and name != "not_encoded" and id not in known:
            yield line, f"unknown claim {id}: mend the id, or list it as not_encoded"
        elif known is not None and name == "not_encoded" and id in known:
            yield line, f"{id} is encoded now: move it to asserts or denies"
        seen.add(id)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


# --- the place of a quote in the key -------------------------------------------------------


Spaced = tuple[str, list[int]]
"""A text with single spaces, and where in the text before each of its characters stood."""


def _place(
    entry: Entry, key: Key, texts: Sequence[Spaced], path: Path, faults: list[str]
) -> tuple[int, Span] | None:
    """The block and span that the entry quotes, or ``None`` and a fault; a text for each block."""
    quote = _single_spaced(entry.quote)[0]
    places: list[tuple[int, Span]] = []
    for words in dict.fromkeys((quote, _single_spaced(plain_text(entry.quote))[0])):
        for find in (_whole, _elided):
            places = places or [
                (at, span) for at, text in enumerate(texts) for span in find(words, text)
            ]
    if len(places) == 1:
        return places[0]
    shown = quote if len(quote) <= 60 else f"{quote[:59]}…"
    if not places:
        faults.append(
            f"{path}:{entry.line}: “{shown}” is not in {key.path} (any more): "
            "quote the key as it is now, or delete the entry"
        )
    else:
        lines = ", ".join(str(key.blocks[at].line_of(span[0])) for at, span in places)
        faults.append(
            f"{path}:{entry.line}: “{shown}” is {len(places)} times in {key.path} "
            f"(lines {lines}): quote more, so that it is there once"
        )
    return None


def _whole(words: str, spaced: Spaced) -> list[Span]:
    """Where the words stand in the text, as whole words."""
    text, offsets = spaced
    return [(offsets[start], offsets[end - 1] + 1) for start, end in _occurrences(words, text)]


def _elided(words: str, spaced: Spaced) -> list[Span]:
    """Where ``first words … last words`` stand: from the first to the nearest last after it."""
    first, ellipsis, last = (part.strip() for part in words.partition(_ELLIPSIS))
    if not (first and ellipsis and last):
        return []
    text, offsets = spaced
    ends = [end for start, end in _occurrences(last, text)]
    spans = []
    for start, after in _occurrences(first, text):
        if end := next((end for end in ends if end - len(last) >= after), None):
            spans.append((offsets[start], offsets[end - 1] + 1))
    return spans


def _occurrences(words: str, text: str) -> Iterator[Span]:
    if words not in text or not re.search(r"[^\W_]", words):
        return  # the plain search first: a long key has many blocks without these words
    before = r"(?<!\w)" if words[0].isalnum() else ""
    after = r"(?!\w)" if words[-1].isalnum() else ""
    for found in re.finditer(f"{before}(?={re.escape(words)}{after})", text):
        yield found.start(), found.start() + len(words)


def _single_spaced(text: str) -> Spaced:
    """The text with single spaces and none around it, and where each character was."""
    offsets = [
        at
        for at, character in enumerate(text)
        if not character.isspace() or (at > 0 and not text[at - 1].isspace())
    ]
    shown = "".join(" " if text[at].isspace() else text[at] for at in offsets)
    first, last = len(shown) - len(shown.lstrip()), len(shown.rstrip())
    return shown[first:last], offsets[first:last]


def _overlap(one: tuple[int, Span, Entry], other: tuple[int, Span]) -> bool:
    return one[0] == other[0] and one[1][0] < other[1][1] and other[1][0] < one[1][1]
