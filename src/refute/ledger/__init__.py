"""The ledger of a run, ``verdicts.json``: typed, versioned, and validated when it is read.

It contains everything that a report needs, so a report can be made from it on another machine
without running anything.  This package knows neither pytest nor torch.
"""

from refute.ledger.evidence import (
    ArmRecord,
    Cited,
    EdgeRecord,
    Evidence,
    Measured,
    NotMeasured,
    Number,
    Quantifier,
    QuantityRecord,
    RegionRecord,
    Searched,
    SeriesRecord,
    Struct,
    bounds,
    number,
    value,
)
from refute.ledger.file import LedgerError, read, schema, write
from refute.ledger.records import (
    CLAIM_ID,
    FORMAT,
    VERSION,
    Bench,
    Citation,
    ClaimRecord,
    Condition,
    Disagreement,
    Ledger,
    Question,
    ReadingRecord,
    Reused,
    Run,
    Source,
    question_of,
)

__all__ = [
    "CLAIM_ID", "FORMAT", "VERSION", "ArmRecord", "Bench", "Citation", "Cited", "ClaimRecord",
    "Condition", "Disagreement", "EdgeRecord", "Evidence", "Ledger", "LedgerError", "Measured",
    "NotMeasured", "Number", "Quantifier", "QuantityRecord", "Question", "ReadingRecord",
    "RegionRecord", "Reused", "Run", "Searched", "SeriesRecord", "Source", "Struct", "bounds",
    "number", "question_of", "read", "schema", "value", "write",
]  # fmt: skip
