"""The ledger that Refute ships: of a full run, for whoever has run nothing yet."""

from __future__ import annotations

import lzma
from importlib.resources import files
from pathlib import Path
from typing import Final

from refute.ledger.file import LedgerError, parsed, read
from refute.ledger.records import Ledger

NAME: Final = "verdicts.json.xz"


def read_or_shipped(path: Path) -> tuple[Ledger, bool]:
    """The ledger at a path, and false; the one that Refute ships, and true, where nothing is there.

    Raises:
        LedgerError: what is there is no ledger; or nothing is there, and none is shipped.
    """
    if path.exists() or path.is_symlink():
        return read(path), False
    data = files("refute.ledger").joinpath(NAME)
    if not data.is_file():
        return read(path), False  # it says what is missing
    try:
        return parsed(lzma.decompress(data.read_bytes()), Path(NAME)), True
    except lzma.LZMAError as error:
        raise LedgerError(f"{NAME}: damaged ({error}): install Refute anew") from None


def packed(path: Path) -> bytes:
    """The bytes to ship for a ledger.

    Raises:
        LedgerError: it cannot be read, or is not of a full run that ended.
    """
    ledger = read(path)
    if not ledger.run.whole:
        raise LedgerError(f"{path}: is not of a full run: run `pytest claims/ --refute-fresh`")
    return lzma.compress(path.read_bytes(), preset=9)
