"""Links: what each statement of a key asserts or denies, in a TOML file beside it.

``answers/003.toml`` belongs to ``answers/003.md`` and holds one entry per statement::

    [[statement]]
    quote = "dropout leaves a network whose structure is sparse"
    asserts = ["sparse/dropout-yields-sparse-network"]

``quote`` is text of the key as a reader sees it (Markdown's markup may be written or left out, line
breaks do not count).  It may be several sentences, one, or a part of one, and then the sentence
becomes several statements; ``"first words … last words"`` stands for all between.  Straight and
curly marks match each other, and so do all encodings of an accent.  A quote that the key has more
than once names the key's ``line``, or which ``occurrence`` it is, from 1.  An entry says one of

- ``asserts`` and ``denies``: claims (to deny is the logical negation), and ``not_encoded``: names
  of claims that nobody has encoded yet;
- ``proposed``: what it may say, ``["asserts sparse/a", "denies sparse/b (always)"]``, best first,
  until a person makes one of the other sayings of it (``refute link KEY --confirm`` does);
- ``advice = "why no experiment decides it"``;
- ``not_a_claim = true``, or a text saying what it is instead.  Headings and questions are none
  without an entry.

A claim is its id, or a table where the sentence says "can" or "always", or states conditions::

    asserts = ["sparse/a", { claim = "sparse/b", force = "can", readings = ["at the start"] }]

``readings`` are the names of the claim's readings that meet the conditions: these alone decide.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, cast, get_args

from refute.characters import cleaned
from refute.decision.verdict import Force, Link
from refute.keys.placing import Places
from refute.keys.quoting import Place
from refute.keys.source import AnswerKeyError, read_text
from refute.keys.tree import Key
from refute.ledger import CLAIM_ID

MOST_FAULTS = 20
"""How many faults of one links file are reported at once."""

Known = Mapping[str, Collection[str]]
"""The names of the readings of every claim, by its id."""

_STANCES = ("asserts", "denies")
_LISTS = (*_STANCES, "not_encoded")
_SAYINGS = (*_LISTS, "proposed", "advice", "not_a_claim")
_PLACE = ("line", "occurrence")
_FIELDS = ("quote", *_SAYINGS, *_PLACE)
_LINK_FIELDS = ("claim", "force", "readings")
_FORCES = get_args(Force)
_PROPOSAL = re.compile(r"(asserts|denies) (\S+)(?: \((can|always)\))?")


@dataclass(frozen=True)
class Entry:
    """What one quote of the key says.

    ``line`` is the entry's line in the links file; ``at_line`` and ``occurrence`` say which of
    several equal stretches of the key it quotes.
    """

    line: int
    quote: str
    links: tuple[Link, ...] = ()
    not_encoded: tuple[str, ...] = ()
    proposed: tuple[Link, ...] = ()
    advice: str | None = None
    not_a_claim: str | None = None
    at_line: int | None = None
    occurrence: int | None = None


@dataclass(frozen=True)
class LinkedKey:
    """A key divided at its quotes; ``entries`` has one per statement, ``None`` for a statement
    without an entry.

    ``links_path`` is ``None`` for a key that has no links.
    """

    key: Key
    entries: tuple[Entry | None, ...]
    links_path: Path | None


def links_path(key_path: Path) -> Path:
    """Where a key's links are: beside it, with the same name."""
    return key_path.with_suffix(".toml")


def link(key: Key, known: Known | None = None) -> LinkedKey:
    """Link a key by the file beside it; without one, nothing is linked.

    ``known`` are all claims, or ``None`` if they are unknown.

    Raises:
        AnswerKeyError: the links are malformed, or do not fit the key or the claims.
    """
    path = links_path(key.path)
    if not path.is_symlink() and not path.exists():
        return LinkedKey(key, (None,) * len(key.statements), None)
    return parse_links(read_text(path), path, key, known)


def parse_links(text: str, path: Path, key: Key, known: Known | None = None) -> LinkedKey:
    """Link a key by the text of a links file; ``path`` names it in messages.

    Raises:
        AnswerKeyError: the links are malformed, or do not fit the key or the claims.
    """
    places = Places[Entry](key)
    faults: list[str] = []
    for table in _tables(text, path):
        said = _said(table, known, places)
        faults += islice((f"{path}:{line}: {fault}" for line, fault in said), MOST_FAULTS)
        if len(faults) >= MOST_FAULTS:
            faults[MOST_FAULTS:] = [f"{path}: and more: fix these first"]
            break
    if faults:
        raise AnswerKeyError("\n".join(faults))
    divided = key.quoting(place for place, _ in places.placed)
    return LinkedKey(divided, tuple(_entries_in_order(divided, places.placed)), path)


def _entries_in_order(key: Key, placed: list[tuple[Place, Entry]]) -> Iterator[Entry | None]:
    """For each statement, the entry whose quote begins in it."""
    starts = [(at, span[0]) for (at, span), _ in placed]
    for at, block in enumerate(key.blocks):
        for start, end in block.spans:
            following = bisect_left(starts, (at, start))
            here = following < len(starts) and starts[following] < (at, end)
            yield placed[following][1] if here else None


# --- the file: tables and their lines ------------------- ----------------------------------


@dataclass(frozen=True)
class _Table:
    """One ``[[statement]]`` of the file and its source, to find lines in."""

    fields: dict[str, Any]
    line: int
    source: str

    def line_of(self, word: str) -> int:
        """The line with a name or id, or the entry's line if it is spelled differently."""
        found = re.search(rf"(?<![\w/-]){re.escape(word)}(?![\w/-])", self.source)
        return self.line + (self.source.count("\n", 0, found.start()) if found else 0)


def _tables(text: str, path: Path) -> list[_Table]:
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
        what = str(error)[: place.start()] if place else str(error)
        line = place[1] if place and place[1] else text.count("\n") + 1
        raise AnswerKeyError(f"{path}:{line}: not TOML: {what}: fix the line") from None
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
    starts = [found.end() for found in re.finditer(r"^[ \t]*\[\[", text, re.MULTILINE)]
    ends = [*starts[1:], len(text)][: len(starts)]
    if len(starts) != len(tables):  # a quote contains such a line: search the whole file instead
        starts, ends = [0] * len(tables), [len(text)] * len(tables)
    tables = [_cleaned(table) for table in tables]
    breaks = [found.start() for found in re.finditer("\n", text)]
    return [
        _Table(table, bisect_left(breaks, start) + 1, text[start:end])
        for table, start, end in zip(tables, starts, ends, strict=True)
    ]


def _cleaned(value: Any) -> Any:
    """The value with its texts cleaned: an escape may name any character."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {cleaned(name): _cleaned(item) for name, item in value.items()}
    return value


def _line_of_name(text: str, name: str) -> int:
    found = re.search(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(name)}", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1


# --- one entry -----------------------------------------------------------------------------


def _said(table: _Table, known: Known | None, places: Places[Entry]) -> Iterator[tuple[int, str]]:
    """Place an entry; return its faults, each with its line, if it cannot be placed."""
    sound = True
    for faults in (_field_faults(table), _id_faults(table, known)):
        for fault in faults:
            sound = False
            yield fault
        if not sound:
            return
    entry = _entry(table)
    if fault_of_place := places.place(entry):
        yield entry.line, fault_of_place


def _entry(table: _Table) -> Entry:
    fields = table.fields
    no_claim = fields.get("not_a_claim")
    return Entry(
        line=table.line_of("quote"),
        quote=fields["quote"],
        links=tuple(
            _link(said, asserts=stance == "asserts")
            for stance in _STANCES
            for said in fields.get(stance, ())
        ),
        not_encoded=tuple(fields.get("not_encoded", ())),
        proposed=tuple(map(_proposed, fields.get("proposed", ()))),
        advice=fields.get("advice"),
        not_a_claim="makes no claim" if no_claim is True else no_claim,
        at_line=fields.get("line"),
        occurrence=fields.get("occurrence"),
    )


def _link(said: str | dict[str, Any], *, asserts: bool) -> Link:
    if isinstance(said, str):
        return Link(said, asserts)
    readings = tuple(said.get("readings", ()))
    return Link(said["claim"], asserts, said.get("force", "plain"), readings)


def _proposed(said: str) -> Link:
    stance, claim, force = cast(re.Match[str], _PROPOSAL.fullmatch(said)).groups()
    return Link(claim, stance == "asserts", cast(Force, force or "plain"))


def _field_faults(table: _Table) -> Iterator[tuple[int, str]]:
    """Faults of form: names, types and combinations."""
    fields = table.fields
    for name in fields:
        if name not in _FIELDS:
            yield table.line_of(name), f"unknown name {name!r}: an entry knows {', '.join(_FIELDS)}"
    if not _is_text(fields.get("quote")):
        yield table.line, 'an entry without a quote: write quote = "words of the key"'
    for name in _LISTS:
        listed = fields.get(name, [""])
        kinds = str | dict if name in _STANCES else str
        if not (isinstance(listed, list) and listed and all(isinstance(x, kinds) for x in listed)):
            yield table.line_of(name), f'{name} is not a list of ids: write {name} = ["q/id"]'
        else:
            yield from _link_faults(table, [said for said in listed if isinstance(said, dict)])
    if "proposed" in fields:
        yield from _proposal_faults(table, fields["proposed"])
    if "advice" in fields and not _is_text(fields["advice"]):
        yield table.line_of("advice"), "advice without a reason: say why no experiment decides it"
    if "not_a_claim" in fields and not (
        fields["not_a_claim"] is True or _is_text(fields["not_a_claim"])
    ):
        yield table.line_of("not_a_claim"), "not_a_claim is true or says what it is instead"
    for name in _PLACE:
        if name in fields and not (type(fields[name]) is int and fields[name] > 0):
            yield table.line_of(name), f"{name} is a number from 1"
    said = {"links" if name in _LISTS else name for name in fields if name in _SAYINGS}
    if not said and set(fields) <= {"quote", *_PLACE}:
        yield (
            table.line,
            f"the entry says nothing about its quote: add one of {', '.join(_SAYINGS)}",
        )
    elif len(said) > 1:
        yield (
            table.line,
            f"the entry contradicts itself ({' and '.join(sorted(said))}): keep one, or quote "
            "the parts of the statement apart",
        )


def _proposal_faults(table: _Table, listed: object) -> Iterator[tuple[int, str]]:
    said = listed if isinstance(listed, list) and listed else [None]
    if not all(isinstance(one, str) and _PROPOSAL.fullmatch(one) for one in said):
        yield (
            table.line_of("proposed"),
            'proposed is not a list of proposals: write proposed = ["asserts q/id"]',
        )


def _link_faults(table: _Table, links: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """Faults of form of the links that are tables."""
    for link in links:
        for name in link:
            if name not in _LINK_FIELDS:
                yield (
                    table.line_of(name),
                    f"unknown name {name!r}: a link knows {', '.join(_LINK_FIELDS)}",
                )
        if not isinstance(link.get("claim"), str):
            yield table.line, 'a link without a claim: write { claim = "q/id", ... }'
        if link.get("force", "plain") not in _FORCES:
            yield table.line_of("force"), f"force is one of {', '.join(_FORCES)}"
        names = link.get("readings", [""])
        if not (isinstance(names, list) and names and all(isinstance(x, str) for x in names)):
            yield table.line_of("readings"), "readings is a list of names of the claim's readings"


def _id_faults(table: _Table, known: Known | None) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for said in table.fields.get("proposed", ()):
        id = _proposed(said).claim
        if fault := _id_fault("proposed", id, seen, known):
            yield table.line_of(id), fault
        seen.add(id)
    for name in _LISTS:
        for said in table.fields.get(name, ()):
            id = said if isinstance(said, str) else said["claim"]
            if fault := _id_fault(name, id, seen, known):
                yield table.line_of(id), fault
            elif known is not None and isinstance(said, dict):
                yield from _reading_faults(table, id, said.get("readings", ()), known[id])
            seen.add(id)


def _reading_faults(
    table: _Table, id: str, names: Collection[str], readings: Collection[str]
) -> Iterator[tuple[int, str]]:
    for name in names:
        if name not in readings:
            there = ", ".join(f"“{reading}”" for reading in readings)
            yield table.line_of(name), f"{id} no longer has a reading “{name}”: it has {there}"


def _id_fault(name: str, id: str, seen: set[str], known: Known | None) -> str | None:
    if not CLAIM_ID.fullmatch(id):
        return f"{id!r} is not an id: write question/claim, in small letters and hyphens"
    if id in seen:
        return f"names {id} twice: a statement asserts a claim or denies it, once"
    if known is not None and name != "not_encoded" and id not in known:
        return f"unknown claim {id}: fix the id, list it as not_encoded, or run it if new"
    if known is not None and name == "not_encoded" and id in known:
        return f"{id} is encoded now: move it to asserts or denies"
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
