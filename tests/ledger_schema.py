"""A check that a ledger fits the schema: the published one, as a test of the export shows."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

from refute.export.ledger_schema import ledger_schema


@cache
def validator() -> Draft202012Validator:
    schema = ledger_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def check(path: Path) -> None:
    """Fail unless the ledger fits."""
    error = next(validator().iter_errors(json.loads(path.read_bytes())), None)
    assert error is None, f"{path} does not fit the schema: {error.json_path}: {error.message}"
