"""The ledger that a command works with: of the person's own run, or the one that Refute ships."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from refute.characters import one_line
from refute.ledger import Ledger, read
from refute.ledger.shipped import read_or_shipped
from refute.prose.numbers import moment

LAST_RUN: Final = Path("reports/verdicts.json")


def the_ledger(path: Path | None, tell: Callable[[str], None] | None) -> tuple[Ledger, bool]:
    """The ledger that was named; else of the last run here, or the one that Refute ships.

    ``tell`` is told where the numbers come from if they are no run of one's own.

    Returns:
        the ledger, and whether it is the shipped one.

    Raises:
        LedgerError: it cannot be read; a ledger that was named is never replaced by another.
    """
    if path is not None:
        return read(path), False
    ledger, shipped = read_or_shipped(LAST_RUN)
    if shipped and tell is not None:
        tell(told(ledger))
    return ledger, shipped


def told(ledger: Ledger) -> str:
    """Which run was shipped: when, where, with which seed and versions."""
    run = ledger.run
    named = ("refute", "torch", "cpu")
    words = [f"{name} {run.environment[name]}" for name in named if name in run.environment]
    said = ", ".join([f"of {moment(run.started)}", f"seed {run.seed}", *words])
    return one_line(f"Measured by the run that comes with Refute ({said}): no run of yours yet.")
