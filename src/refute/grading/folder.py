"""Grades a folder of answer keys against a ledger, the first step of every report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from refute.characters import one_line
from refute.grading.key import LikelyLinks, grade, grade_file
from refute.keys.code.rules.table import RuleError
from refute.keys.graded import GradedKey
from refute.keys.links import LinkedKey, links_path
from refute.keys.reader import SUFFIXES, read_key
from refute.keys.source import AnswerKeyError
from refute.ledger import Ledger


@dataclass(frozen=True)
class Material:
    """What the page and all exports show: a run, and the keys graded against it.

    Args:
        ledger: the ledger of the run.
        ledger_path: its path, which has the reports beside it.
        answers: the folder of the keys.
        keys: the keys that could be graded.
        faults: what is wrong with each of the others, one line per fault.
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


def key_files(answers: Path) -> list[Path]:
    """Return the keys of a folder by name: Markdown, notebooks, HTML and Word files.

    A text file (``.txt``) is a key only if it has a links file.  Hidden files, and those that Word
    creates beside an open document, are ignored.
    """
    return [
        path
        for path in sorted(answers.glob("*"))
        if path.suffix.lower() in SUFFIXES
        and not path.name.startswith((".", "~$"))
        and (path.suffix.lower() != ".txt" or links_path(path).exists())
    ]


def grade_folder(
    answers: Path, ledger: Ledger, likely: LikelyLinks | None = None
) -> tuple[list[GradedKey], dict[Path, str]]:
    """Return the graded keys of a folder by name, and the faults of those that have any."""
    keys: list[GradedKey] = []
    faults: dict[Path, str] = {}
    files = key_files(answers)
    owners = {links_path(path): path for path in sorted(files, key=_precedence, reverse=True)}
    for path in files:
        if (name := one_line(path.name).replace("\\", "\ufffd")) != path.name:
            shown = path.with_name(name)
            faults[shown] = (
                f"{shown}: the name has characters that are unsafe in a report: rename the file"
            )
            continue
        if (owner := owners[links_path(path)]) != path:
            faults[path] = (
                f"{path}: {owner.name} has the same name and would share its links: rename or move "
                "the one that is not a key"
            )
            continue
        try:
            keys.append(grade_file(path, ledger, likely))
        except (AnswerKeyError, RuleError) as error:
            broken_rule = isinstance(error, RuleError)
            faults[path] = f"{path}: its code: {error}" if broken_rule else str(error)
            keys.extend(_ungraded(path, ledger))
    return keys, faults


def _precedence(path: Path) -> int:
    """The order in which files that differ only in their suffix are preferred: Markdown first."""
    return SUFFIXES.index(path.suffix.lower())


def _ungraded(path: Path, ledger: Ledger) -> list[GradedKey]:
    """The key without its links; none if the key itself, or a rule for code, is at fault."""
    try:
        key = read_key(path)
        return [grade(LinkedKey(key, (None,) * len(key.statements), None), ledger)]
    except (AnswerKeyError, RuleError):
        return []
