"""Two ledgers that a person named are read, or one line says why they cannot be compared."""

from __future__ import annotations

from pathlib import Path

from refute import ledger as ledgers
from refute.difference.earlier import PREVIOUS
from refute.ledger import Ledger, LedgerError


class DifferenceError(Exception):
    """Two ledgers cannot be compared; the message says what, where and what to do."""


def read_both(old: Path, new: Path) -> tuple[Ledger, Ledger]:
    """Read two ledgers to be compared.

    Raises:
        DifferenceError: one of them cannot be read, both are the same file, or they have no claim
            in common.
    """
    if old.exists() and new.exists() and old.samefile(new):
        raise DifferenceError(f"{new}: is the same file as {old}: name the ledgers of two runs")
    if old.name == PREVIOUS and not old.exists():
        raise DifferenceError(
            f"{old}: no complete run before the last one is kept: run `pytest claims/` again, or "
            "name its ledger"
        )
    try:
        before, after = ledgers.read(old), ledgers.read(new)
    except LedgerError as error:
        raise DifferenceError(str(error)) from None
    reason = why_not_comparable(before, after)
    if reason is not None:
        raise DifferenceError(f"{old}, {new}: {reason}")
    return before, after


def why_not_comparable(old: Ledger, new: Ledger) -> str | None:
    """Return why two ledgers cannot be compared, and what to do; ``None`` if they can."""
    if {claim.id for claim in old.claims} & {claim.id for claim in new.claims}:
        return None
    return "have no claim in common: compare two runs of one claims folder"
