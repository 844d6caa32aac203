"""The ledger that a command works with: of the person's own run, or the one that Refute ships."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from refute.characters import one_line
from refute.ledger import Ledger
from refute.ledger.shipped import read_or_shipped
from refute.prose.numbers import moment


def the_ledger(path: Path, tell: Callable[[str], None] | None) -> tuple[Ledger, bool]:
    """The ledger at a path, or the one that Refute ships, and whether it is that one.

    ``tell`` is told where the numbers come from if they are no run of one's own.

    Raises:
        LedgerError: what is there cannot be read, or nothing is there and nothing shipped.
    """
    ledger, shipped = read_or_shipped(path)
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
