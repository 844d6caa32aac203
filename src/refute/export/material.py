"""What every format is a view of: a ledger, and the keys graded against it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from refute import ledger as ledgers
from refute.keys.folder import grade_folder
from refute.keys.grading import GradedKey
from refute.ledger import Ledger, LedgerError


class ExportError(Exception):
    """An export that cannot be made; the message says what, where and what to do."""


@dataclass(frozen=True)
class Material:
    """A run and the keys that it speaks of; ``faults`` of keys that could not be graded."""

    ledger: Ledger
    ledger_path: Path
    answers: Path
    keys: tuple[GradedKey, ...]
    faults: Mapping[Path, str]


def gather(ledger_path: Path, answers: Path) -> Material:
    """Read a ledger and grade the keys of a folder against it; the folder need not exist.

    Raises:
        ExportError: the ledger cannot be read.
    """
    try:
        ledger = ledgers.read(ledger_path)
    except LedgerError as error:
        raise ExportError(str(error)) from None
    keys, faults = grade_folder(answers, ledger)
    return Material(ledger, ledger_path, answers, tuple(keys), faults)


def from_here(path: Path) -> str:
    """A path as annotations name it: relative to where Refute runs, with forward slashes."""
    here, there = Path.cwd(), Path(os.path.abspath(path))  # without ..
    return (there.relative_to(here) if there.is_relative_to(here) else there).as_posix()
