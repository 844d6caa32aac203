"""Reads and validates ledgers, and writes them atomically."""

from __future__ import annotations

import lzma
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from refute.files import Unreadable, Unwritable, read_file, write_whole
from refute.ledger.consistency import contradiction, digest, repeated_key
from refute.ledger.lines import MARK, joined
from refute.ledger.records import FORMAT, VERSION, Ledger
from refute.ledger.version_1 import converted

MAX_BYTES: Final = 1 << 28
"""256 MiB, sixty times the ledger of sixty claims."""

XZ: Final = b"\xfd7zXZ\0"
"""How a compressed ledger begins."""


class LedgerError(Exception):
    """A ledger cannot be read or written; the message says what, where and what to do."""


class _Head(msgspec.Struct):
    format: str
    version: int


def read(path: Path) -> Ledger:
    """Read and validate a ledger: plain, compressed (xz), or of an unfinished run.

    Raises:
        LedgerError: it is missing, truncated, of another program or version, or inconsistent.
    """
    try:
        data = read_file(path, MAX_BYTES, follow=True)
    except Unreadable as error:
        raise LedgerError(
            f"{path}: cannot read the ledger ({error.reason}): run `pytest claims/` to make one"
        ) from None
    return parsed(data, path)


def parsed(data: bytes, path: Path) -> Ledger:
    """Parse and validate a ledger, compressed or not; ``path`` names it in messages.

    Raises:
        LedgerError: it is truncated, of another program or version, or inconsistent.
    """
    if data.startswith(XZ):
        data = unpacked(data, path)
    try:
        if data.startswith(MARK):
            return _consistent(joined(data), path, data.split(b"\n")[:-1])
        head = msgspec.json.decode(data, type=_Head)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise LedgerError(
            f"{path}: not a ledger of Refute, or truncated ({error}): "
            "run `pytest claims/` to make a new one"
        ) from None
    if head.format != FORMAT or head.version not in (1, VERSION):
        raise LedgerError(
            f"{path}: is {head.format!r} version {head.version}, but this Refute reads {FORMAT} "
            f"versions 1 and {VERSION}: run `pytest claims/` to make a new one"
        )
    try:
        return _consistent(_decoded(data, head.version), path, [data])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise LedgerError(
            f"{path}: the ledger is damaged ({error}): run `pytest claims/` to make a new one"
        ) from None


def unpacked(data: bytes, path: Path) -> bytes:
    """Return what was compressed; ``path`` names it in messages.

    Raises:
        LedgerError: it is damaged, truncated or too large.
    """
    unpacking = lzma.LZMADecompressor(lzma.FORMAT_XZ)
    try:
        whole = unpacking.decompress(data, MAX_BYTES)
    except lzma.LZMAError as error:
        reason = str(error)
    else:
        if unpacking.eof:
            return whole
        reason = "it is truncated" if unpacking.needs_input else f"more than {MAX_BYTES:,} bytes"
    raise LedgerError(f"{path}: cannot be unpacked ({reason}): run `pytest claims/` to make one")


def _decoded(data: bytes, version: int) -> Ledger:
    if version == 1:
        return msgspec.convert(converted(msgspec.json.decode(data)), type=Ledger)
    return msgspec.json.decode(data, type=Ledger)


def _consistent(ledger: Ledger, path: Path, texts: Iterable[bytes]) -> Ledger:
    """The ledger, which these JSON texts hold, if it is consistent."""
    repeated = next(filter(None, map(repeated_key, texts)), None)
    problem = contradiction(ledger) if repeated is None else f"an object has “{repeated}” twice"
    if problem is not None:
        raise LedgerError(
            f"{path}: the ledger contradicts itself ({problem}): "
            "run `pytest claims/` to make a new one"
        )
    return msgspec.structs.replace(ledger, digest=None)


def write(ledger: Ledger, path: Path) -> None:
    """Write a ledger atomically.

    Raises:
        LedgerError: the file cannot be written.
        ValueError: a float was not encoded with ``number``, so the ledger could not be read back.
    """
    data = msgspec.json.encode(msgspec.structs.replace(ledger, digest=digest(ledger)))
    try:
        msgspec.json.decode(data, type=Ledger)
    except msgspec.ValidationError as error:
        raise ValueError(f"this ledger could not be read back: {error}") from None
    try:
        write_whole(path, msgspec.json.format(data, indent=1))
    except Unwritable as error:
        raise LedgerError(str(error)) from None


def schema() -> dict[str, object]:
    """Return the JSON Schema of a ledger."""
    return msgspec.json.schema(Ledger)
