"""For JUnit and its like: the claim, the outcome and the number, and nothing else."""

from __future__ import annotations

import msgspec
import pytest

from refute.ledger import Measured, ReadingRecord


def leave_properties(
    item: pytest.Item, report: pytest.TestReport, claim: str, record: ReadingRecord
) -> None:
    """Put them on the item and on its report: JUnit's writer reads those of the last report.

    An interval is JSON, ``[1.9,2.3]``, in which what has no bound is ``"inf"`` or ``"-inf"``.
    """
    properties: list[tuple[str, object]] = [
        ("claim", claim),
        ("outcome", "error" if record.outcome is None else record.outcome),
    ]
    if isinstance(evidence := record.evidence, Measured):
        interval = msgspec.json.encode([evidence.low, evidence.high]).decode()
        properties += [("estimate", evidence.estimate), ("interval", interval)]
    item.user_properties += properties
    report.user_properties += properties
