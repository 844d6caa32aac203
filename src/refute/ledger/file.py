"""Reading a ledger, validated, and writing it whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex
from typing import Final

import msgspec

from refute.files import Unreadable, read_file
from refute.ledger.checks import contradiction, digest, repeated_key
from refute.ledger.lines import MARK, joined
from refute.ledger.records import FORMAT, VERSION, Ledger
from refute.ledger.version_1 import converted

MAX_BYTES: Final = 1 << 28
"""256 MiB, sixty times the ledger of sixty claims."""


class LedgerError(Exception):
    """A ledger that cannot be read or written; the message says what, where and what to do."""


class _Head(msgspec.Struct):
    format: str
    version: int


def read(path: Path) -> Ledger:
    """Read and validate a ledger, of a run that has not ended too.

    Raises:
        LedgerError: it is missing, truncated, foreign, of another version, or contradicts itself.
    """
    try:
        data = read_file(path, MAX_BYTES, follow=True)
    except Unreadable as error:
        raise LedgerError(
            f"{path}: cannot read the ledger ({error.reason}): run `pytest claims/` to make one"
        ) from None
    return parsed(data, path)


def parsed(data: bytes, path: Path) -> Ledger:
    """The ledger that these bytes are; ``path`` names them in messages.

    Raises:
        LedgerError: they are truncated, foreign, of another version, or contradict themselves.
    """
    try:
        if data.startswith(MARK):
            return _consistent(joined(data), path, data.split(b"\n")[:-1])
        head = msgspec.json.decode(data, type=_Head)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise LedgerError(
            f"{path}: not a ledger of Refute, or cut short ({error}): "
            "run `pytest claims/` to make a new one"
        ) from None
    if head.format != FORMAT or head.version not in (1, VERSION):
        raise LedgerError(
            f"{path}: is {head.format!r} version {head.version}, this Refute reads {FORMAT} "
            f"versions 1 and {VERSION}: run `pytest claims/` to make a new one"
        )
    try:
        return _consistent(_decoded(data, head.version), path, [data])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise LedgerError(
            f"{path}: a damaged ledger ({error}): run `pytest claims/` to make a new one"
        ) from None


def _decoded(data: bytes, version: int) -> Ledger:
    if version == 1:
        return msgspec.convert(converted(msgspec.json.decode(data)), type=Ledger)
    return msgspec.json.decode(data, type=Ledger)


def _consistent(ledger: Ledger, path: Path, texts: Iterable[bytes]) -> Ledger:
    """The ledger that these JSON texts hold, if it does not contradict itself."""
    twice = next(filter(None, map(repeated_key, texts)), None)
    wrong = contradiction(ledger) if twice is None else f"an object has “{twice}” twice"
    if wrong is not None:
        raise LedgerError(
            f"{path}: a ledger that contradicts itself ({wrong}): "
            "run `pytest claims/` to make a new one"
        )
    return msgspec.structs.replace(ledger, digest=None)


def write(ledger: Ledger, path: Path) -> None:
    """Write a ledger whole or not at all.

    Raises:
        LedgerError: the folder cannot be written.
        ValueError: a float was not spelled with ``number``, so that no ledger could be read back.
    """
    data = msgspec.json.encode(msgspec.structs.replace(ledger, digest=digest(ledger)))
    try:
        msgspec.json.decode(data, type=Ledger)
    except msgspec.ValidationError as error:
        raise ValueError(f"this ledger could not be read back: {error}") from None
    write_whole(path, msgspec.json.format(data, indent=1))


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file in one step, so that no reader ever sees half of it.

    Raises:
        LedgerError: the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{token_hex(4)}.part")
        try:
            with part.open("xb") as file:  # a plain file: its mode follows the umask
                file.write(data)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError) -> LedgerError:
    """What to say of a file that cannot be written."""
    return LedgerError(
        f"{path}: cannot be written ({error.strerror}): make its folder a writable one"
    )


def schema() -> dict[str, object]:
    """The JSON Schema of a ledger."""
    return msgspec.json.schema(Ledger)
