"""The ledger of a run, ``verdicts.json``: typed, versioned, validated on reading.

It knows neither pytest nor torch, and carries everything a report needs: a report can be made
from it on another machine without running anything.
"""

from refute.ledger.file import LedgerError, read, schema, write, write_whole
from refute.ledger.records import (
    CLAIM_ID,
    FORMAT,
    VERSION,
    ArmRecord,
    Bench,
    Citation,
    Cited,
    ClaimRecord,
    Condition,
    Disagreement,
    EdgeRecord,
    Evidence,
    Ledger,
    Measured,
    NotMeasured,
    Number,
    QuantityRecord,
    Question,
    ReadingRecord,
    RegionRecord,
    Reused,
    Run,
    Searched,
    SeriesRecord,
    Source,
    Struct,
    number,
    value,
)

__all__ = [
    "CLAIM_ID", "FORMAT", "VERSION", "ArmRecord", "Bench", "Citation", "Cited", "ClaimRecord",
    "Condition", "Disagreement", "EdgeRecord", "Evidence", "Ledger", "LedgerError", "Measured",
    "NotMeasured", "Number", "QuantityRecord", "Question", "ReadingRecord", "RegionRecord",
    "Reused", "Run", "Searched", "SeriesRecord", "Source", "Struct", "number", "read", "schema",
    "value", "write", "write_whole",
]  # fmt: skip
