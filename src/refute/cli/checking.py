"""``refute check``: grades keys and reads their code, and shows both as text, table or SARIF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from refute.characters import one_line
from refute.cli import diagnostics
from refute.cli.code import lines as code_lines
from refute.cli.terminal import BAD_INPUT
from refute.export.sarif import log
from refute.export.sarif_code import CodeOfFile
from refute.grading.key import LikelyLinks, grade_file
from refute.keys.checked_code import (
    CheckedCode,
    check_blocks,
)
from refute.keys.code.blocks import read_blocks
from refute.keys.code.rules.table import RuleError
from refute.keys.documents import READERS
from refute.keys.graded import POSSIBLE, GradedKey, Mark
from refute.keys.marks import results_of
from refute.keys.source import AnswerKeyError
from refute.ledger import Ledger

FOUND = 1
"""The exit code if a statement is refuted or code has a fault.

A block that cannot be parsed is a fault if only the code is checked.  In a key, which may sketch
code, it is only shown.
"""

_COLUMNS = ("statements", "refuted", "depends", "possibly", "proposed", "code faults")


@dataclass(frozen=True)
class Checked:
    """A key with everything that was found; ``fault`` says why it could not be read."""

    path: Path
    graded: GradedKey | None = None
    code: CheckedCode | None = None
    fault: str | None = None

    @property
    def status(self) -> int:
        """The exit code for this key alone."""
        if self.fault is not None:
            return BAD_INPUT
        if self.graded is not None:
            wrong = self.graded.counts[Mark.REFUTED] > 0
        else:
            wrong = self.code is not None and bool(self.code.unparsed)
        return FOUND if wrong or self.faults_of_code(serious=True) else 0

    def faults_of_code(self, *, serious: bool = False) -> int:
        """Count the faults in its code; ``serious`` leaves out notes."""
        faults = self.code.faults if self.code is not None else ()
        return sum(not (serious and fault.severity == "note") for fault in faults)


def checked(
    path: Path, ledger: Ledger | None, likely: LikelyLinks | None, *, only_code: bool
) -> Checked:
    """Grade a key against a ledger and check its code against the rules; nothing is run."""
    try:
        if only_code or ledger is None:
            return Checked(path, code=check_blocks(read_blocks(path), ledger))
        graded = grade_file(path, ledger, likely)
        return Checked(path, graded, graded.code)
    except (AnswerKeyError, RuleError) as error:
        return Checked(path, fault=str(error))


def lines(key: Checked, ledger: Ledger | None, *, everything: bool = False) -> Iterator[str]:
    """Yield what was found in a key, as a compiler would report it.

    ``everything`` adds the statements that were not checked, or only in part.
    """
    if key.fault is not None:
        yield from key.fault.splitlines()
        return
    if key.graded is not None and ledger is not None:
        yield from diagnostics.lines(key.graded, results_of(ledger), everything=everything)
    if key.code is not None:
        yield from code_lines(key.path, key.code)


def table(keys: Sequence[Checked]) -> Iterator[str]:
    """Yield a row for each key, with its number of statements of each kind."""
    rows = [("key", *_COLUMNS), *map(_row, keys)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for name, *cells in rows:
        counts = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *counts]).rstrip()


def _row(key: Checked) -> tuple[str, ...]:
    name = one_line(str(key.path))
    if key.fault is not None:
        return (name, *("-" for _ in _COLUMNS))
    if key.graded is None:
        return (name, *("-" for _ in _COLUMNS[1:]), str(key.faults_of_code()))
    counts = key.graded.counts
    numbers = (
        len(key.graded.without_headings),
        counts[Mark.REFUTED],
        counts[Mark.DEPENDS],
        sum(counts[mark] for mark in POSSIBLE),
        counts[Mark.PROPOSED],
        key.faults_of_code(),
    )
    return (name, *map(str, numbers))


def as_sarif(keys: Sequence[Checked], ledger: Ledger | None) -> bytes:
    """Return the findings as a SARIF log; graded keys add their statements.

    Raises:
        RuleError: a rule of an installed package cannot be used.
    """
    graded = [key.graded for key in keys if key.graded is not None]
    code = [
        CodeOfFile(key.path, key.path.suffix.lower() in READERS, key.code)
        for key in keys
        if key.code is not None
    ]
    faults = {key.path: key.fault for key in keys if key.fault is not None}
    return log(code, faults, ledger if graded else None, graded)
