"""What is wrong with an entry of a links file, on which line, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from refute.decision.verdict import Force
from refute.keys.entries import PROPOSAL, STANCES, proposed_link
from refute.keys.entry_tables import EntryTable
from refute.ledger import CLAIM_ID

_CLOSE = 0.85
"""From this share of equal letters on, an unknown id is taken for a misspelt one."""

ReadingsByClaim = Mapping[str, Collection[str]]
"""The names of the readings of every claim, by its id."""

_LISTS = (*STANCES, "not_encoded")
_SAYINGS = (*_LISTS, "proposed", "advice", "not_a_claim")
_PLACE = ("line", "occurrence")
_FIELDS = ("quote", *_SAYINGS, *_PLACE)
_LINK_FIELDS = ("claim", "force", "readings", "stated")
_FORCES = get_args(Force)


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
        kinds = str | dict if name in STANCES else str
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
    if not all(isinstance(text, str) and PROPOSAL.fullmatch(text) for text in proposals):
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
        id = proposed_link(proposal).claim
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
