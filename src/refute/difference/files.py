"""Reading the two ledgers to compare."""

from __future__ import annotations

from pathlib import Path

from refute import ledger as ledgers
from refute.ledger import Ledger, LedgerError

PREVIOUS = "previous.json"
"""What the ledger of the run before the last one is kept as."""


class DifferenceError(Exception):
    """Two ledgers that cannot be compared; the message says what, where and what to do."""


def read_both(old: Path, new: Path) -> tuple[Ledger, Ledger]:
    """Read two ledgers that can be compared.

    Raises:
        DifferenceError: one cannot be read, both are the same file, or they have no claim in
            common.
    """
    if old.exists() and new.exists() and old.samefile(new):
        raise DifferenceError(f"{new}: is the same file as {old}: name the ledgers of two runs")
    if old.name == PREVIOUS and not old.exists():
        raise DifferenceError(
            f"{old}: no complete run before the last one is kept here: run `pytest claims/` again, "
            "or name its ledger"
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
    """Why nothing can be said of two ledgers, and what to do; ``None`` where they compare."""
    if {claim.id for claim in old.claims} & {claim.id for claim in new.claims}:
        return None
    return "have no claim in common: compare two runs of one claims folder"
