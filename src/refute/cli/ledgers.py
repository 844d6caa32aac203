"""The ledger that a command uses: that of the person's last run, or the one Refute comes with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from refute.ledger import Ledger, read
from refute.ledger.shipped import read_or_shipped
from refute.prose.runs import about_shipped

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
        tell(about_shipped(ledger.run))
    return ledger, shipped
