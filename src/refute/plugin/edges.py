"""Refuses a suite whose readings may settle more edges than the error rate of a run covers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from refute.decision.regions import Region
from refute.decision.table import MAX_EDGES
from refute.plugin import dry_run
from refute.plugin.checks import INSTRUMENTS
from refute.plugin.collecting import case_of

AT_MOST = 2
"""Edges of a region."""


def guard_edges(items: Sequence[pytest.Item]) -> None:
    """Refuse more edges than the table's error rate covers.

    Regions are asked for, by running the checks up to their instruments, only if two edges for
    each reading and control would be too many.

    Args:
        items: all that a run has collected.

    Raises:
        pytest.UsageError: too many measured readings and controls.
    """
    measured = [
        (item, instrument) for item in items if (instrument := _instrument(item)) is not None
    ]
    if AT_MOST * len(measured) <= MAX_EDGES:
        return
    edges = sum(_edges(item, instrument) for item, instrument in measured)
    if edges > MAX_EDGES:
        raise pytest.UsageError(
            f"{len(measured)} measured readings may settle {edges} edges, more than the "
            f"{MAX_EDGES} that one run can decide at its error rate: split the suite"
        )


def _instrument(item: pytest.Item) -> str | None:
    """The instrument of a reading or control; ``None`` for what measures nothing."""
    if case_of(item) is None or not isinstance(item, pytest.Function):
        return None
    return next((name for name in INSTRUMENTS if name in item._fixtureinfo.argnames), None)


def _edges(item: pytest.Item, instrument: str) -> int:
    """The edges of the region that a case claims; two if only its real run can show it."""

    def region(*_: Any, claimed: Region, **__: Any) -> Region:
        return claimed

    claimed = dry_run.asked(item, instrument, region)
    return len(claimed.edges) if isinstance(claimed, Region) else AT_MOST
