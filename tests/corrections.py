"""The log of corrections, its entries, and where it does not account for what is published."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

Published = Mapping[tuple[str, str], str]
"""The published outcome of each reading, by claim and name."""

OUTCOMES = ("holds", "fails", "undecided")
FIELDS = ("from", "to", "reason", "measured with")
_HEADING = re.compile(r"### (\S+): `(\S+)`, “(.+)”")
_FIELD = re.compile(rf"- ({'|'.join(FIELDS)}): (.*)")


class MalformedEntryError(Exception):
    """An entry that is not of the form that the log itself shows."""


@dataclass(frozen=True)
class Entry:
    """One published outcome that changed."""

    on: date
    claim: str
    reading: str
    before: str
    after: str
    reason: str
    measured_with: str


def entries(text: str) -> list[Entry]:
    """The entries of the log, oldest first.

    Raises:
        MalformedEntryError: one lacks a field, has an impossible date, or no heading of its own.
    """
    _, found, log = text.partition("\n## Entries\n")
    if not found:
        raise MalformedEntryError("the log has no section “Entries”")
    before, *blocks = re.split(r"^(?=### )", log, flags=re.MULTILINE)
    stated_empty = before.strip() == "None so far."
    if before.strip() not in ("", "None so far.") or stated_empty == bool(blocks):
        raise MalformedEntryError(f"neither an entry nor none: {before.strip()!r}")
    read = [_entry(block) for block in blocks]
    if [correction.on for correction in read] != sorted(
        (correction.on for correction in read), reverse=True
    ):
        raise MalformedEntryError("the newest entry comes first")
    return read[::-1]


def _entry(block: str) -> Entry:
    heading, *lines = block.strip().splitlines()
    match = _HEADING.fullmatch(heading)
    if match is None:
        raise MalformedEntryError(f"{heading}: write ### DATE: `CLAIM`, “READING”")
    fields: dict[str, str] = {}
    last = ""
    for line in filter(str.strip, lines):
        if field := _FIELD.fullmatch(line):
            last = field[1]
            fields[last] = field[2]
        elif line.startswith("  ") and last:
            fields[last] += f" {line.strip()}"
        else:
            raise MalformedEntryError(f"{heading}: {line}: no field of an entry")
    if tuple(fields) != FIELDS or not all(text.strip() for text in fields.values()):
        raise MalformedEntryError(f"{heading}: has {', '.join(fields)}; needs {', '.join(FIELDS)}")
    try:
        on = date.fromisoformat(match[1])
    except ValueError as error:
        raise MalformedEntryError(f"{heading}: {error}") from None
    return Entry(on, match[2], match[3], *(fields[name] for name in FIELDS))


def unaccounted(log: list[Entry], first: Published, now: Published) -> Iterator[str]:
    """Where the log does not lead from the outcomes first published to those of today."""
    state = dict(first)
    for entry in log:
        place = f"{entry.on}, {entry.claim}, “{entry.reading}”"
        key = (entry.claim, entry.reading)
        if key not in state:
            yield f"{place}: no such reading was published"
        elif entry.before != state[key] or entry.after == entry.before:
            yield f"{place}: from {entry.before}, but it was published as {state[key]}"
        if entry.after not in (*OUTCOMES, "withdrawn"):
            yield f"{place}: {entry.after} is no outcome"
        state[key] = entry.after
    for (claim, reading), outcome in state.items():
        today = now.get((claim, reading), "withdrawn")
        if today != outcome:
            yield f"{claim}, “{reading}”: published as {outcome}, {today} now: no entry says why"
    for claim, reading in now.keys() - state.keys():
        yield f"{claim}, “{reading}”: new: add it to tests/published.toml"


def published(folder: Path) -> dict[tuple[str, str], str]:
    """What the claims of a folder publish, read from their source: importing it takes torch."""
    found = {}
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                for claim in _calls(node, "claim"):
                    id = ast.literal_eval(claim.args[0])
                    for method in node.body:
                        for reading in _calls(method, "reading"):
                            name = ast.literal_eval(reading.args[0])
                            found[id, name] = _published(reading)
    return found


def _published(reading: ast.Call) -> str:
    given = [keyword.value for keyword in reading.keywords if keyword.arg == "published"]
    return str(ast.literal_eval(given[0])) if given else "holds"


def _calls(node: ast.AST, name: str) -> Iterator[ast.Call]:
    for decorator in getattr(node, "decorator_list", []):
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", None) == name:
            yield decorator
