"""Texts that tests compare with a file: ``REFUTE_SNAPSHOTS=write pytest ...`` writes it anew."""

import os
from pathlib import Path


def matches(text: str, path: Path) -> None:
    """Fail unless the file has this text; whoever changes it reads the difference."""
    if os.environ.get("REFUTE_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name}: see tests/snapshots.py"
