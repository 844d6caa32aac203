"""The entries of a links file: what each statement of a key asserts or denies.

``answers/003.toml`` belongs to ``answers/003.md`` and has an entry for each statement::

    [[statement]]
    quote = "dropout leaves a network whose structure is sparse"
    asserts = ["sparse/dropout-yields-sparse-network"]

``quote`` is text of the key as a reader sees it; Markdown's markup may be written or left out, and
line breaks do not matter.  It may be several sentences, one sentence, or a part of one, which
divides the sentence into several statements.  ``"first words … last words"`` stands for everything
in between.  Straight and curly quotation marks match each other, and so do all encodings of an
accent.  If the key contains the quote more than once, the entry names the ``line`` of the key, or
the ``occurrence``, from 1.  An entry says one of the following:

- ``asserts`` and ``denies``: claims (to deny is the logical negation), and ``not_encoded``: names
  of claims that nobody has encoded yet;
- ``proposed``: what it may say, best first, as ``["asserts sparse/a", "denies sparse/b (can)"]``,
  until a person replaces it by one of the others (for example with ``refute link KEY --confirm``);
- ``advice = "why no experiment decides it"``;
- ``not_a_claim = true``, or a text that says what it is instead.  Headings, questions and tasks
  (:mod:`refute.keys.prompts`) need no entry to make no claim;
- nothing yet: its statement stays unlinked.

A claim is given as its id, or as a table if the sentence says "can", "always" or "not always", or
states conditions::

    asserts = ["sparse/a", { claim = "sparse/b", force = "can", readings = ["at the start"] }]

``readings`` are the names of the readings that meet the conditions; only these decide.  If that
changes the mark, ``stated`` quotes the words of the key that state the conditions.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast, get_args

from refute.characters import cleaned
from refute.decision.verdict import Force, Link
from refute.keys.source import AnswerKeyError
from refute.ledger import CLAIM_ID

_CLOSE = 0.85
"""From this share of equal letters on, an unknown id is taken for a misspelt one."""

MAX_FULL_STOPS = 2000
"""The most full stops in a line of a links file; the time to parse a dotted name grows with their
square.
"""

ReadingsByClaim = Mapping[str, Collection[str]]
"""The names of the readings of every claim, by its id."""

_STANCES = ("asserts", "denies")
_LISTS = (*_STANCES, "not_encoded")
_SAYINGS = (*_LISTS, "proposed", "advice", "not_a_claim")
_PLACE = ("line", "occurrence")
_FIELDS = ("quote", *_SAYINGS, *_PLACE)
_LINK_FIELDS = ("claim", "force", "readings", "stated")
_FORCES = get_args(Force)
_PROPOSAL = re.compile(r"(asserts|denies) (\S+)(?: \((can|always|not always)\))?")


@dataclass(frozen=True)
class Entry:
    """One entry of a links file.

    ``line`` is its line in that file.  ``at_line`` and ``occurrence`` say which of several equal
    stretches of the key it quotes.
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

    @property
    def is_empty(self) -> bool:
        """Whether it only quotes the key and says nothing yet, as ``refute new --links`` writes."""
        says = self.links or self.not_encoded or self.proposed
        return not says and self.advice is None and self.not_a_claim is None

    @property
    def is_open(self) -> bool:
        """Whether no person has said yet what its quote claims."""
        return bool(self.proposed) or self.is_empty


# --- the file: tables and their lines ------------------------------------------------------


@dataclass(frozen=True)
class EntryTable:
    """One ``[[statement]]`` of the file, with its source to find lines in."""

    fields: dict[str, Any]
    line: int
    source: str

    def line_of(self, word: str) -> int:
        """The line of a name or id, or the first line of the entry if it is spelled differently."""
        match = re.search(rf"(?<![\w/-]){re.escape(word)}(?![\w/-])", self.source)
        return self.line + (self.source.count("\n", 0, match.start()) if match else 0)


def tables_of(text: str, path: Path) -> list[EntryTable]:
    """Return the entries of a links file as it has them; ``path`` names it in messages.

    Raises:
        AnswerKeyError: it is not TOML, or has something else than entries.
    """
    for number, row in enumerate(text.split("\n"), start=1):
        if row.count(".") > MAX_FULL_STOPS:
            raise AnswerKeyError(
                f"{path}:{number}: more than {MAX_FULL_STOPS:,} full stops in one line: divide it"
            )
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
        reason = str(error)[: place.start()] if place else str(error)
        line = place[1] if place and place[1] else text.count("\n") + 1
        raise AnswerKeyError(f"{path}:{line}: not TOML: {reason}: fix the line") from None
    for name in document:
        if name != "statement":
            raise AnswerKeyError(
                f"{path}:{_line_of_name(text, name)}: unknown name {name!r}: "
                "a links file has [[statement]] entries and nothing else"
            )
    tables = document.get("statement", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise AnswerKeyError(
            f"{path}:{_line_of_name(text, 'statement')}: statement is not a list of entries: "
            "begin each with [[statement]]"
        )
    starts = [match.end() for match in re.finditer(r"^[ \t]*\[\[", text, re.MULTILINE)]
    ends = [*starts[1:], len(text)][: len(starts)]
    if len(starts) != len(tables):  # a quote contains such a line: search the whole file instead
        starts, ends = [0] * len(tables), [len(text)] * len(tables)
    tables = [_cleaned(table) for table in tables]
    breaks = [match.start() for match in re.finditer("\n", text)]
    return [
        EntryTable(table, bisect_left(breaks, start) + 1, text[start:end])
        for table, start, end in zip(tables, starts, ends, strict=True)
    ]


def _cleaned(value: Any) -> Any:
    """The value with its texts cleaned, because escapes in TOML can be any character."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {cleaned(name): _cleaned(item) for name, item in value.items()}
    return value


def _line_of_name(text: str, name: str) -> int:
    match = re.search(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(name)}", text, re.MULTILINE)
    return text.count("\n", 0, match.end()) + 1 if match else 1


# --- one entry -----------------------------------------------------------------------------


def entry_of(table: EntryTable) -> Entry:
    """Return the entry of a table without faults."""
    fields = table.fields
    no_claim = fields.get("not_a_claim")
    return Entry(
        line=table.line_of("quote"),
        quote=fields["quote"],
        links=tuple(
            _link(value, asserts=stance == "asserts")
            for stance in _STANCES
            for value in fields.get(stance, ())
        ),
        not_encoded=tuple(fields.get("not_encoded", ())),
        proposed=tuple(map(_proposed, fields.get("proposed", ()))),
        advice=fields.get("advice"),
        not_a_claim="makes no claim" if no_claim is True else no_claim,
        at_line=fields.get("line"),
        occurrence=fields.get("occurrence"),
    )


def _link(value: str | dict[str, Any], *, asserts: bool) -> Link:
    if isinstance(value, str):
        return Link(value, asserts)
    readings = tuple(value.get("readings", ()))
    stated = value.get("stated", "")
    force, chosen = value.get("force", "plain"), "force" in value
    return Link(value["claim"], asserts, force, readings, stated, chosen)


def _proposed(proposal: str) -> Link:
    stance, claim, force = cast(re.Match[str], _PROPOSAL.fullmatch(proposal)).groups()
    return Link(claim, stance == "asserts", cast(Force, force or "plain"))


def field_faults(table: EntryTable) -> Iterator[tuple[int, str]]:
    """Yield faults in the names, types and combinations of fields."""
    fields = table.fields
    for name in fields:
        if name not in _FIELDS:
            yield (
                table.line_of(name),
                f"unknown name {name!r}: an entry may have {', '.join(_FIELDS)}",
            )
    if not _is_text(fields.get("quote")):
        yield table.line, 'the entry has no quote: write quote = "words of the key"'
    for name in _LISTS:
        listed = fields.get(name, [""])
        kinds = str | dict if name in _STANCES else str
        if not (isinstance(listed, list) and listed and all(isinstance(x, kinds) for x in listed)):
            yield table.line_of(name), f'{name} is not a list of ids: write {name} = ["q/id"]'
        else:
            yield from _link_faults(table, [link for link in listed if isinstance(link, dict)])
    if "proposed" in fields:
        yield from _proposal_faults(table, fields["proposed"])
    if "advice" in fields and not _is_text(fields["advice"]):
        yield table.line_of("advice"), "advice has no reason: say why no experiment decides it"
    if "not_a_claim" in fields and not (
        fields["not_a_claim"] is True or _is_text(fields["not_a_claim"])
    ):
        yield table.line_of("not_a_claim"), "not_a_claim must be true, or say what it is instead"
    for name in _PLACE:
        if name in fields and not (type(fields[name]) is int and fields[name] > 0):
            yield table.line_of(name), f"{name} must be a number from 1"
    sayings = {"links" if name in _LISTS else name for name in fields if name in _SAYINGS}
    if len(sayings) > 1:
        yield (
            table.line,
            f"the entry contradicts itself ({' and '.join(sorted(sayings))}): keep one, or quote "
            "the parts of the statement separately",
        )


def _proposal_faults(table: EntryTable, listed: object) -> Iterator[tuple[int, str]]:
    proposals = listed if isinstance(listed, list) and listed else [None]
    if not all(isinstance(text, str) and _PROPOSAL.fullmatch(text) for text in proposals):
        yield (
            table.line_of("proposed"),
            'proposed is not a list of proposals: write proposed = ["asserts q/id"]',
        )


def _link_faults(table: EntryTable, links: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """Yield faults in the fields of links that are tables."""
    for link in links:
        for name in link:
            if name not in _LINK_FIELDS:
                yield (
                    table.line_of(name),
                    f"unknown name {name!r}: a link may have {', '.join(_LINK_FIELDS)}",
                )
        if not isinstance(link.get("claim"), str):
            yield table.line, 'a link has no claim: write { claim = "q/id", ... }'
        if link.get("force", "plain") not in _FORCES:
            yield table.line_of("force"), f"force must be one of {', '.join(_FORCES)}"
        names = link.get("readings", [""])
        if not (isinstance(names, list) and names and all(isinstance(x, str) for x in names)):
            yield table.line_of("readings"), "readings must be a list of names of readings"
        if "stated" in link and not (_is_text(link["stated"]) and "readings" in link):
            yield (
                table.line_of("stated"),
                "stated must quote the words of the key that state the conditions of readings",
            )


def id_faults(table: EntryTable, known: ReadingsByClaim | None) -> Iterator[tuple[int, str]]:
    """Yield faults in the ids of claims and the names of readings."""
    seen: set[str] = set()
    for proposal in table.fields.get("proposed", ()):
        id = _proposed(proposal).claim
        if fault := _id_fault("proposed", id, seen, known):
            yield table.line_of(id), fault
        seen.add(id)
    for name in _LISTS:
        for link in table.fields.get(name, ()):
            id = link if isinstance(link, str) else link["claim"]
            if fault := _id_fault(name, id, seen, known):
                yield table.line_of(id), fault
            elif known is not None and isinstance(link, dict):
                yield from _reading_faults(table, id, link.get("readings", ()), known[id])
            seen.add(id)


def _reading_faults(
    table: EntryTable, id: str, names: Collection[str], readings: Collection[str]
) -> Iterator[tuple[int, str]]:
    for name in names:
        if name not in readings:
            existing = ", ".join(f"“{reading}”" for reading in readings)
            yield table.line_of(name), f"{id} has no reading “{name}”: it has {existing}"


def _id_fault(name: str, id: str, seen: set[str], known: ReadingsByClaim | None) -> str | None:
    if not CLAIM_ID.fullmatch(id):
        return f"{id!r} is not an id: write question/claim, in lower case with hyphens"
    if id in seen:
        return f"the entry names {id} twice: a statement asserts or denies a claim once"
    if known is not None and name != "not_encoded" and id not in known:
        [meant] = get_close_matches(id, known, n=1, cutoff=_CLOSE) or [""]
        asked = f" (did you mean {meant}?)" if meant else ""
        return (
            f"unknown claim {id}{asked}: fix the id, list it as not_encoded, or run it if it is new"
        )
    if known is not None and name == "not_encoded" and id in known:
        return f"{id} is encoded now: move it to asserts or denies"
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
