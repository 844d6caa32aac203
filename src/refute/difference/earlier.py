"""The ledger of an earlier run: which one a run is compared with, and how it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from refute import ledger as ledgers
from refute.ledger import Ledger, LedgerError

PREVIOUS = "previous.json"
"""The file name under which the ledger of the run before the last one is kept."""

PARTIAL = "partial"
"""The folder to which a run is written until it is known to be whole."""


@dataclass(frozen=True)
class Earlier:
    """The run that another one is compared with, or one line that says why there is none.

    ``asked`` says that a person named it; then it is an error if it cannot be compared.
    """

    path: Path
    ledger: Ledger | None
    reason: str | None = None
    asked: bool = False


def kept(ledger_path: Path) -> Earlier:
    """Return the run kept from before the one that wrote this ledger."""
    path = kept_path(ledger_path)
    if not path.exists():
        return Earlier(path, None, "No earlier complete run is kept beside the ledger.")
    try:
        return Earlier(path, ledgers.read(path))
    except LedgerError as error:
        return Earlier(path, None, str(error))


def named(path: Path) -> Earlier:
    """Read the earlier ledger that a person named.

    Raises:
        LedgerError: it cannot be read.
    """
    return Earlier(path, ledgers.read(path), asked=True)


def kept_path(ledger_path: Path) -> Path:
    """Return the path of the earlier ledger.

    For a whole run this is the run before it; for a partial run it is the last whole run.
    """
    if ledger_path.parent.name == PARTIAL:
        return ledger_path.parent.parent / ledger_path.name
    return ledger_path.with_name(PREVIOUS)


def keep(ledger_path: Path) -> Earlier:
    """Keep the ledger of a whole run before the next run replaces it.

    If it cannot be read, the one kept before stays.

    Returns:
        The run that is kept now.

    Raises:
        LedgerError: the file cannot be written.
    """
    try:
        ledger = ledgers.read(ledger_path)
    except LedgerError:
        return kept(ledger_path)
    if not ledger.run.whole:
        return kept(ledger_path)
    path = kept_path(ledger_path)
    ledgers.write(ledger, path)
    return Earlier(path, ledger)
