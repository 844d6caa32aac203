"""The ledger that comes with Refute, of a full run, for people without a run of their own."""

from __future__ import annotations

import lzma
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from refute.ledger.file import LedgerError, read, unpacked
from refute.ledger.records import Ledger

NAME: Final = "verdicts.json.xz"


def read_or_shipped(path: Path) -> tuple[Ledger, bool]:
    """Read the ledger at a path, or the shipped one if there is no file.

    Returns:
        The ledger, and whether it is the shipped one.

    Raises:
        LedgerError: the file is not a ledger; or there is none, and none is shipped.
    """
    if path.exists() or path.is_symlink():
        return read(path), False
    ledger = shipped()
    if ledger is None:
        return read(path), False  # it says what is missing
    return ledger, True


def shipped() -> Ledger | None:
    """The shipped ledger; ``None`` if none is shipped.

    It was checked against itself before it was packed, and unpacking finds damage.  Checking it
    again would take a sixth of the time of a short command.

    Raises:
        LedgerError: it is damaged.
    """
    file = files("refute.ledger").joinpath(NAME)
    if not file.is_file():
        return None
    try:
        ledger = msgspec.json.decode(unpacked(file.read_bytes(), Path(NAME)), type=Ledger)
    except msgspec.MsgspecError as error:
        raise LedgerError(
            f"{NAME}: belongs to another version ({error}): reinstall Refute"
        ) from None
    return msgspec.structs.replace(ledger, digest=None)


def packed(path: Path) -> bytes:
    """Compress a consistent ledger, to be shipped.

    Raises:
        LedgerError: it cannot be read, or is not of a full, finished run.
    """
    ledger = read(path)
    if not ledger.run.whole:
        raise LedgerError(f"{path}: is not of a full run: run `pytest claims/ --refute-fresh`")
    return lzma.compress(path.read_bytes(), preset=9)
