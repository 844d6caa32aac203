"""The JSON Schema of the ledger, published as ``docs/ledger.schema.json``.

``python -m refute.export.ledger_schema > docs/ledger.schema.json`` updates it.
"""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import msgspec

from refute import ledger


def ledger_schema() -> dict[str, Any]:
    """The schema, generated from the ledger's own records."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Ledger of Refute, version {ledger.VERSION}",
        "description": (
            "What a run measured. JSON has no infinity: a number that has no bound is the text "
            '"inf" or "-inf". NaN never occurs.'
        ),
        **_dedented(ledger.schema()),
    }


def _dedented(schema: Any) -> Any:
    """The schema without the indents of docstrings, which Python before 3.13 keeps."""
    if isinstance(schema, list):
        return [_dedented(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: cleandoc(part) if key == "description" and isinstance(part, str) else _dedented(part)
        for key, part in schema.items()
    }


def ledger_schema_text() -> str:
    """The schema as text, the same for the same records."""
    return msgspec.json.format(msgspec.json.encode(ledger_schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    print(ledger_schema_text(), end="")
