"""What the reports of pytest carry between processes: readings, claims, and files that are skipped.

They are attached to pytest's report objects as plain JSON types.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec

from refute.ledger import Bench, Citation, ReadingRecord

LONGEST = 100_000
"""The most characters of one text that the ledger keeps."""


class Outline(msgspec.Struct, frozen=True):
    """What a claim consists of, independent of what was selected: it defines completeness."""

    id: str
    statement: str
    correction: str | None
    depends: str | None
    documentary: str | None
    citations: list[Citation]
    path: str
    """Of its file, percent-encoded: it need not be UTF-8."""
    location: str
    nodeid: str
    command: str
    cases: list[str]

    @property
    def file(self) -> Path:
        return Path(os.fsdecode(unquote_to_bytes(self.path)))


class Payload(msgspec.Struct, frozen=True):
    """What one item reports: its reading or control, and its claim."""

    outline: Outline
    reading: ReadingRecord
    notes: list[str] = []
    """Lines to print, from the process that ran the item."""
    bench: Bench | None = None
    """The conformance of the lab's bench in that process."""


class Missing(msgspec.Struct, frozen=True):
    """What is reported about a claim that is not run."""

    outline: Outline
    why: str


class SkippedFile(msgspec.Struct, frozen=True):
    """What is reported of a file that skips itself when it is imported, and has claims.

    ``claims`` are those whose id is written out and valid, ``names`` all.
    """

    path: str
    reason: str
    names: list[str]
    claims: list[Missing]

    @property
    def line(self) -> str:
        """What the terminal says about it."""
        listed = [missing.outline.id for missing in self.claims]
        ids = ", ".join(listed if len(listed) == len(self.names) else self.names)
        return f"SKIPPED FILE: {self.path}: {self.reason}: no verdict for {ids}"


def pack(payload: Payload | Missing | SkippedFile) -> Any:
    """As plain JSON types, with texts that can be encoded."""
    return _writable(msgspec.to_builtins(payload))


def _writable(value: Any) -> Any:
    """Texts with lone surrogates spelled out, cut at :data:`LONGEST`."""
    if isinstance(value, str):
        text = value.encode("utf-8", "backslashreplace").decode()
        more = len(text) - LONGEST
        return f"{text[:LONGEST]} ... ({more} more characters)" if more > 0 else text
    if isinstance(value, dict):
        return {_writable(name): _writable(part) for name, part in value.items()}
    return [_writable(part) for part in value] if isinstance(value, list) else value


P = TypeVar("P", Payload, Missing, SkippedFile)


def unpack(data: Any, kind: type[P]) -> P:
    """From plain JSON types."""
    return msgspec.convert(data, kind)
