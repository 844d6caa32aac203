"""Grades a folder of answer keys against a ledger: the step that every report begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from refute.characters import one_line
from refute.keys.code.rules.table import RuleError
from refute.keys.grading import GradedKey, LikelyLinks, grade, grade_file
from refute.keys.links import LinkedKey, links_path
from refute.keys.reader import SUFFIXES, read_key
from refute.keys.source import AnswerKeyError
from refute.ledger import Ledger


@dataclass(frozen=True)
class Material:
    """What the page and all exports show: a run, and keys graded against it.

    Args:
        ledger: the run.
        ledger_path: its ledger, with the reports beside it.
        answers: the folder of the keys.
        keys: those of them that could be graded.
        faults: what is wrong with the others, one line each.
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
    """The keys of a folder, by name: Markdown, notebooks, HTML and Word files, linked or not.

    A text file (``.txt``) is a key only if links lie beside it: folders hold many others.  Hidden
    files, and those that Word leaves beside an open document, are ignored.
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
    """The graded keys of a folder by name, and the faults of those that could not be graded."""
    keys: list[GradedKey] = []
    faults: dict[Path, str] = {}
    files = key_files(answers)
    owners = {links_path(path): path for path in sorted(files, key=_precedence, reverse=True)}
    for path in files:
        if (name := one_line(path.name).replace("\\", "\ufffd")) != path.name:
            shown = path.with_name(name)
            faults[shown] = (
                f"{shown}: its name has characters that no file of a report may have: rename it"
            )
            continue
        if (owner := owners[links_path(path)]) != path:
            faults[path] = (
                f"{path}: {owner.name} beside it has the same name, and so the same links: rename "
                "or move the one that is no key"
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
    """Among files whose names differ only in their ending, the Markdown file is the key."""
    return SUFFIXES.index(path.suffix.lower())


def _ungraded(path: Path, ledger: Ledger) -> list[GradedKey]:
    """The key without its links, unless the fault is in the key itself or in a rule for code."""
    try:
        key = read_key(path)
        return [grade(LinkedKey(key, (None,) * len(key.statements), None), ledger)]
    except (AnswerKeyError, RuleError):
        return []
