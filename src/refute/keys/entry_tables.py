"""The ``[[statement]]`` tables of a links file, as TOML has them, and the lines they are on."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refute.characters import cleaned
from refute.keys.source import AnswerKeyError

MAX_FULL_STOPS = 2000
"""The most full stops in a line of a links file; the time to parse a dotted name grows with their
square.
"""


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
