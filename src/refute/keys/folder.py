"""A folder of answer keys against a ledger: the one step that every report begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from refute.characters import one_line
from refute.keys.grading import GradedKey, LikelyLinks, grade, grade_file
from refute.keys.links import LinkedKey
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError
from refute.ledger import Ledger


@dataclass(frozen=True)
class Material:
    """What the page and all exports are views of: a run, and keys graded against it.

    Args:
        ledger: the run.
        ledger_path: where its ledger lies, and reports of it beside.
        answers: the folder of the keys.
        keys: those of them that could be graded.
        faults: what is wrong with the others, in one line each.
    """

    ledger: Ledger
    ledger_path: Path
    answers: Path
    keys: tuple[GradedKey, ...]
    faults: Mapping[Path, str]


def gather(
    ledger: Ledger, ledger_path: Path, answers: Path, likely: LikelyLinks | None = None
) -> Material:
    """Grade the keys of a folder against a ledger; the folder need not exist."""
    keys, faults = grade_folder(answers, ledger, likely)
    return Material(ledger, ledger_path, answers, tuple(keys), faults)


def grade_folder(
    answers: Path, ledger: Ledger, likely: LikelyLinks | None = None
) -> tuple[list[GradedKey], dict[Path, str]]:
    """The keys of a folder by name, graded, and the faults of those that could not be."""
    keys: list[GradedKey] = []
    faults: dict[Path, str] = {}
    for path in sorted(answers.glob("*.md")):
        if (name := one_line(path.name).replace("\\", "\ufffd")) != path.name:
            shown = path.with_name(name)
            faults[shown] = (
                f"{shown}: its name has characters that no file of a report may have: rename it"
            )
            continue
        try:
            keys.append(grade_file(path, ledger, likely))
        except AnswerKeyError as error:
            faults[path] = str(error)
            keys.extend(_ungraded(path, ledger))
    return keys, faults


def _ungraded(path: Path, ledger: Ledger) -> list[GradedKey]:
    """The key without its links, unless the fault is in the key itself."""
    try:
        key = read_key(path)
    except AnswerKeyError:
        return []
    return [grade(LinkedKey(key, (None,) * len(key.statements), None), ledger)]
