"""The parts of every result of a SARIF log: texts, files and places."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from refute.characters import cleaned
from refute.files import from_here

BASE = "SRCROOT"

WHOLE_FILE = {"startLine": 1}
"""The region of a finding in a notebook, HTML page or Word file, whose own lines are not known.

GitHub rejects a result without a line.  The message has the place."""


def file(path: Path) -> dict[str, Any]:
    """A file, relative to the folder in which Refute ran."""
    shown = from_here(path)
    if Path(shown).is_absolute():
        return {"uri": Path(shown).as_uri()}
    return {"uri": quote(os.fsencode(shown)), "uriBaseId": BASE}


def location(path: Path, region: dict[str, Any] | None = None) -> dict[str, Any]:
    """A file, or a region of it."""
    physical = {"artifactLocation": file(path)} | ({"region": region} if region else {})
    return {"physicalLocation": physical}


def literal(text: str) -> str:
    """Text without control characters, placeholders (SARIF 3.11.5) or links (3.11.6)."""
    return cleaned(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def fingerprint(*parts: str) -> str:
    """A digest of the parts: the same wherever in the key they are."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
