"""The ledger of an earlier run: which one a run is compared with, and how it comes to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from refute import ledger as ledgers
from refute.difference.files import PREVIOUS, why_not_comparable
from refute.ledger import Ledger, LedgerError

if TYPE_CHECKING:
    from refute.difference.told import Account
    from refute.keys.grading import GradedKey

PARTIAL = "partial"
"""The folder in which a run is written until it is known to be whole."""


@dataclass(frozen=True)
class Earlier:
    """What a run is compared with, or in one line why it is compared with nothing."""

    path: Path
    ledger: Ledger | None
    reason: str | None = None

    def since(self, later: Ledger, keys: Sequence[GradedKey]) -> Since:
        """What changed from it to a later run, whose ledger graded the keys."""
        from refute.difference.account import account  # for reports only, not for every run

        reason = self.reason
        if self.ledger is not None:
            incomparable = why_not_comparable(self.ledger, later)
            if incomparable is None:
                return Since(account(self.ledger, later, keys))
            reason = f"{self.path}: {incomparable}"
        return Since(None, reason)


@dataclass(frozen=True)
class Since:
    """What changed since an earlier run, or in one line why that cannot be said."""

    told: Account | None
    reason: str | None = None


def kept(ledger_path: Path) -> Earlier:
    """What is kept of the run before the one that wrote this ledger."""
    path = kept_path(ledger_path)
    if not path.exists():
        return Earlier(path, None, "No complete run before this one is kept beside its ledger.")
    try:
        return named(path)
    except LedgerError as error:
        return Earlier(path, None, str(error))


def named(path: Path) -> Earlier:
    """The ledger that a person named.

    Raises:
        LedgerError: it cannot be read.
    """
    return Earlier(path, ledgers.read(path))


def kept_path(ledger_path: Path) -> Path:
    """Where the earlier ledger lies: of a whole run the one before it, of a partial run the
    last whole one.
    """
    if ledger_path.parent.name == PARTIAL:
        return ledger_path.parent.parent / ledger_path.name
    return ledger_path.with_name(PREVIOUS)


def keep(ledger_path: Path) -> None:
    """Keep the ledger of a whole run that the next one is about to replace.

    One that cannot be read any more is not kept: what was kept before it stays.

    Raises:
        LedgerError: the folder cannot be written.
    """
    try:
        ledger = ledgers.read(ledger_path)
    except LedgerError:
        return
    if ledger.run.finished is not None and not ledger.run.partial:
        ledgers.write(ledger, kept_path(ledger_path))
