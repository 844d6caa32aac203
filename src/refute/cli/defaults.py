"""Where commands look if they are not told: in the repository that they run in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

CLAIMS: Final = Path("claims")
ANSWERS: Final = Path("answers")
LAST_RUN: Final = Path("reports/verdicts.json")
RUN_BEFORE: Final = Path("reports/previous.json")


def no_claims_folder(folder: Path) -> str:
    """Say in one line that a claims folder is missing, and what to do."""
    return f"{folder}: no such folder: run this beside your claims folder"


def answers_beside(claims: Path) -> Path:
    """The folder of keys beside a claims folder."""
    return Path(os.path.abspath(claims)).parent / ANSWERS.name
