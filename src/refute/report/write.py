"""Making the report of a run: its ledger and the keys beside its claims become one page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from refute import ledger as ledgers
from refute.keys.grading import GradedKey, grade, grade_file
from refute.keys.links import LinkedKey
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError
from refute.ledger import Ledger, LedgerError
from refute.report.page import render

PAGE = "index.html"


class ReportError(Exception):
    """A report that cannot be made; the message says what, where and what to do."""


@dataclass(frozen=True)
class Written:
    """A page that was written, and the faults of the keys that it could not grade."""

    page: Path
    faults: dict[Path, str]


def write_report(ledger_path: Path, answers: Path, out: Path) -> Written:
    """Grade every key of a folder against a ledger and write the page, whole or not at all.

    A key with a fault does not keep the others from being reported: the page names the fault on
    top, and shows the key ungraded where it can be read.

    Args:
        ledger_path: ``verdicts.json`` of a run.
        answers: the folder of the keys (``*.md``); it need not exist.
        out: the folder of the page; made where it is missing.

    Returns:
        The page, and each faulty key's one line.

    Raises:
        ReportError: the ledger cannot be read, or the folder cannot be written.
    """
    try:
        ledger = ledgers.read(ledger_path)
        keys, faults = grade_folder(answers, ledger)
        page = render(ledger, keys, faults)
        ledgers.write_whole(out / PAGE, page.encode())
    except LedgerError as error:
        raise ReportError(str(error)) from None
    return Written(out / PAGE, faults)


def grade_folder(answers: Path, ledger: Ledger) -> tuple[list[GradedKey], dict[Path, str]]:
    """The keys of a folder by name, graded, and the faults of those that could not be."""
    keys: list[GradedKey] = []
    faults: dict[Path, str] = {}
    for path in sorted(answers.glob("*.md")):
        try:
            keys.append(grade_file(path, ledger))
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
