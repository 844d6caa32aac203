"""A check that a ledger fits the schema: the published one, as a test of the export shows."""

import hashlib
import lzma
from collections.abc import Callable
from functools import cache
from pathlib import Path

import fastjsonschema
import msgspec
from jsonschema import Draft202012Validator

from refute.export.ledger_schema import ledger_schema
from refute.ledger.file import XZ
from refute.ledger.lines import MARK, joined

fitting: set[bytes] = set()
"""Digests of files that have fitted: a test that writes a ledger often reads the same."""


@cache
def validator() -> Draft202012Validator:
    schema = ledger_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@cache
def compiled() -> Callable[[object], object]:
    """The schema as a function, which needs a twentieth of the validator's time.

    It follows draft 7, which differs in no keyword that the schema uses, as a test shows.
    """
    return fastjsonschema.compile(
        ledger_schema() | {"$schema": "http://json-schema.org/draft-07/schema#"}, use_default=False
    )


def check(path: Path) -> None:
    """Fail unless the ledger fits."""
    data = path.read_bytes()
    digest = hashlib.blake2b(data).digest()
    if digest in fitting:
        return
    if data.startswith(XZ):
        data = lzma.decompress(data)
    if data.startswith(MARK):
        data = msgspec.json.encode(joined(data))
    whole = msgspec.json.decode(data)
    try:
        compiled()(whole)
    except fastjsonschema.JsonSchemaValueException as fault:
        # It does not say where within a choice of several; the validator does.
        error = next(validator().iter_errors(whole), None)
        said = f"{error.json_path}: {error.message}" if error else str(fault)
        raise AssertionError(f"{path} does not fit the schema: {said}") from None
    fitting.add(digest)
