"""The ledger that a command uses: that of the person's last run, or the one Refute comes with."""

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
    """Read the ledger at ``path``, or that of the last run here, or the one Refute comes with.

    Args:
        path: of the ledger; if it is given, no other is read instead.
        tell: called with one line about the run if it is the one Refute comes with.

    Returns:
        The ledger, and whether it is the one Refute comes with.

    Raises:
        LedgerError: it cannot be read.
    """
    if path is not None:
        return read(path), False
    ledger, shipped = read_or_shipped(LAST_RUN)
    if shipped and tell is not None:
        tell(about_shipped(ledger))
    return ledger, shipped


def about_shipped(ledger: Ledger) -> str:
    """When, where and with which seed and versions the run that Refute comes with was made."""
    run = ledger.run
    names = ("refute", "torch", "cpu")
    versions = [f"{name} {run.environment[name]}" for name in names if name in run.environment]
    details = ", ".join([f"of {moment(run.started)}", f"seed {run.seed}", *versions])
    return one_line(
        f"Measured by the run that comes with Refute ({details}), as you have no run of your own."
    )
