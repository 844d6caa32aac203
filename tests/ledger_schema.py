"""A check that a ledger fits the schema: the published one, as a test of the export shows."""

import json
import lzma
from functools import cache
from pathlib import Path

import msgspec
from jsonschema import Draft202012Validator

from refute.export.ledger_schema import ledger_schema
from refute.ledger.file import XZ
from refute.ledger.lines import MARK, joined


@cache
def validator() -> Draft202012Validator:
    schema = ledger_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def check(path: Path) -> None:
    """Fail unless the ledger fits."""
    data = path.read_bytes()
    if data.startswith(XZ):
        data = lzma.decompress(data)
    if data.startswith(MARK):
        data = msgspec.json.encode(joined(data))
    error = next(validator().iter_errors(json.loads(data)), None)
    assert error is None, f"{path} does not fit the schema: {error.json_path}: {error.message}"
