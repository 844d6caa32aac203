"""The keys and runs from which the tests of the formats are made."""

from __future__ import annotations

import json
from pathlib import Path

from refute.grading.folder import Material
from refute.ledger import ClaimRecord
from tests.make import key, ledger
from tests.report.hand_made import KEY, LINKS, one_of_everything

DATA = Path(__file__).parent / "data"


def material(
    text: str = KEY,
    links: str = LINKS,
    claims: list[ClaimRecord] | None = None,
    faults: dict[Path, str] | None = None,
    path: Path = Path("answers/chapter-11.md"),
    **run: bool,
) -> Material:
    """A run with one of everything, and one key."""
    made = ledger(one_of_everything() if claims is None else claims, **run)
    graded = key(text, links, made, path)
    return Material(made, Path("reports/verdicts.json"), Path("answers"), (graded,), faults or {})


def schema(name: str) -> dict[str, object]:
    return json.loads((DATA / name).read_text(encoding="utf-8"))
