"""``refute check``: grades keys and reads their code, and shows both as text, table or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from refute.characters import one_line
from refute.cli import diagnostics
from refute.cli.code import lines as code_lines
from refute.cli.terminal import BAD_INPUT
from refute.export.sarif import log
from refute.export.sarif_code import CodeOfFile
from refute.grading.key import LikelyLinks, grade_file
from refute.keys.checked_code import (
    CheckedCode,
    CodeFault,
    Effect,
    Finding,
    Unparsed,
    check_blocks,
)
from refute.keys.code.blocks import read_blocks
from refute.keys.code.rules.table import RuleError
from refute.keys.documents import READERS
from refute.keys.extents import Extent, extents
from refute.keys.graded import POSSIBLE, Graded, GradedKey, Mark
from refute.keys.marks import results_of
from refute.keys.source import AnswerKeyError
from refute.keys.tree import Key, Position
from refute.ledger import Ledger
from refute.prose.code_faults import measured_in_words

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


# --- as SARIF ------------------------------------------------------------------------------


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


# --- as JSON -------------------------------------------------------------------------------


def as_data(keys: Sequence[Checked], ledger: Ledger | None, *, shipped: bool) -> dict[str, Any]:
    """Return everything as plain data; ``docs/checking-submissions.md`` describes the fields."""
    return {
        "run": None if ledger is None else _run(ledger, shipped),
        "keys": [_key(key) for key in keys],
    }


def _run(ledger: Ledger, shipped: bool) -> dict[str, Any]:
    run = ledger.run
    return {
        "shipped": shipped,
        "started": run.started,
        "seed": run.seed,
        "effort": run.effort,
        "environment": dict(run.environment),
    }


def _key(key: Checked) -> dict[str, Any]:
    data: dict[str, Any] = {
        "path": _writable(key.path.as_posix()),
        "fault": None if key.fault is None else _writable(key.fault),
    }
    if (graded := key.graded) is not None:
        data["source"] = graded.key.text
        data["counts"] = {mark.value: count for mark, count in graded.counts.items()}
        data["statements"] = list(_statements(graded))
    if (code := key.code) is not None:
        data["code"] = [_code_fault(fault) for fault in code.faults]
        data["cannot_tell"] = [_at(doubt) | {"why": doubt.why} for doubt in code.doubts]
        data["not_parsed"] = [_at(block) | {"why": block.why} for block in code.unparsed]
        data["rules_fine"] = [rule.id for rule in code.fine]
    return data


def _writable(text: str) -> str:
    """Replace what JSON cannot hold: the name of a file may contain bytes that are not text."""
    return text.encode(errors="replace").decode()


def _statements(graded: GradedKey) -> Iterator[dict[str, Any]]:
    starts = [0, *accumulate(len(line) + 1 for line in graded.key.text.split("\n"))]
    for statement, extent in zip(graded.statements, extents(graded.key), strict=True):
        yield _statement(statement, graded.key, extent, starts)


def _statement(graded: Graded, key: Key, extent: Extent, starts: list[int]) -> dict[str, Any]:
    decisive = graded.decisive
    links = [linked.link for linked in graded.claims] or list(graded.proposed)
    return {
        "text": graded.statement.text,
        "offsets": _offsets(extent, starts),
        **_place(key.position(graded.statement.line)),
        "mark": graded.mark.value,
        "origin": _origin(graded),
        "claims": [
            {
                "claim": link.claim,
                "stance": link.stance,
                "force": link.force,
                "readings": list(link.readings),
                "stated": link.stated or None,
            }
            for link in links
        ],
        "decisive": None if decisive is None else decisive.link.claim,
        "why": graded.reason,
        "evidence": graded.evidence,
        "correction": graded.correction,
    }


def _origin(graded: Graded) -> str | None:
    if graded.proposed:
        return "proposed"
    return None if graded.mark is Mark.UNLINKED else "by hand"


def _offsets(extent: Extent, starts: list[int]) -> list[int]:
    """Start and end in characters of the source; whole lines if the columns are not known."""
    if extent.column is None or extent.end_column is None:
        return [starts[extent.line - 1], starts[extent.end_line] - 1]
    return [
        starts[extent.line - 1] + extent.column - 1,
        starts[extent.end_line - 1] + extent.end_column - 1,
    ]


def _code_fault(fault: CodeFault) -> dict[str, Any]:
    return _at(fault) | {
        "severity": fault.severity,
        "why": fault.why,
        "fix": fault.rule.fix,
        "evidence": [_effect(effect) for effect in fault.effects],
    }


def _at(finding: Finding) -> dict[str, Any]:
    """The rule and the place of a finding."""
    rule = {} if isinstance(finding, Unparsed) else {"rule": finding.rule.id}
    position = finding.position
    return rule | _place(position) | {"column": position.column} | _end(position)


def _end(position: Position) -> dict[str, int | None]:
    """Where the code ends, like SARIF: the line and the column after its last character."""
    if position.end is None:
        return {"end_line": None, "cell_end_line": None, "end_column": None}
    line, column = position.end
    cell_line = None if position.cell is None else position.row + line - position.line
    return {"end_line": line, "cell_end_line": cell_line, "end_column": column}


def _place(position: Position) -> dict[str, int | None]:
    cell_line = None if position.cell is None else position.row
    return {"line": position.line, "cell": position.cell, "cell_line": cell_line}


def _effect(effect: Effect) -> dict[str, Any]:
    record, reading = effect.record, effect.reading
    return {
        "claim": effect.claim,
        "statement": None if record is None else record.statement,
        "verdict": None if record is None else record.verdict,
        "reading": None if reading is None else reading.name,
        "measured": measured_in_words(effect),
        "correction": None if record is None else record.correction,
    }
