"""``refute check``: keys graded and their code read; told line by line, in a table, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from refute.characters import one_line
from refute.cli import code as of_code
from refute.cli import diagnostics
from refute.export.sarif import log
from refute.export.sarif_code import CodeOfFile
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
from refute.keys.grading import (
    POSSIBLE,
    Graded,
    GradedKey,
    LikelyLinks,
    Mark,
    grade_file,
    results_of,
)
from refute.keys.regions import Region, regions
from refute.keys.source import AnswerKeyError
from refute.keys.tree import Key
from refute.ledger import Ledger

FOUND, BAD_INPUT = 1, 2
"""Exit codes: something is refuted or a fault in code; something could not be read."""

_COLUMNS = ("statements", "refuted", "depends", "possibly", "proposed", "code faults")


@dataclass(frozen=True)
class Checked:
    """A key with all that was found; ``fault`` says why it could not be read."""

    path: Path
    graded: GradedKey | None = None
    code: CheckedCode | None = None
    fault: str | None = None

    @property
    def status(self) -> int:
        """The exit code for it alone."""
        if self.fault is not None:
            return BAD_INPUT
        refuted = self.graded is not None and self.graded.counts[Mark.REFUTED] > 0
        return FOUND if refuted or self.faults_of_code(serious=True) else 0

    def faults_of_code(self, *, serious: bool = False) -> int:
        """Faults in its code; only those that are more than notes, if so asked."""
        faults = self.code.faults if self.code is not None else ()
        return sum(not (serious and fault.severity == "note") for fault in faults)


def checked(
    path: Path, ledger: Ledger | None, likely: LikelyLinks | None, *, only_code: bool
) -> Checked:
    """Grade a key against a ledger and hold its code against the rules; nothing is run."""
    try:
        if only_code or ledger is None:
            return Checked(path, code=check_blocks(read_blocks(path), ledger))
        graded = grade_file(path, ledger, likely)
        return Checked(path, graded, graded.code)
    except (AnswerKeyError, RuleError) as error:
        return Checked(path, fault=str(error))


def lines(found: Checked, ledger: Ledger | None) -> Iterator[str]:
    """All that is told of a key, a place on each line."""
    if found.fault is not None:
        yield from found.fault.splitlines()
        return
    if found.graded is not None and ledger is not None:
        yield from diagnostics.lines(found.graded, results_of(ledger))
    if found.code is not None:
        yield from of_code.lines(found.path, found.code)


def table(keys: Sequence[Checked]) -> Iterator[str]:
    """Many keys at a glance: how many statements of each kind every key has."""
    rows = [("key", *_COLUMNS), *(_row(found) for found in keys)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for name, *cells in rows:
        counts = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *counts]).rstrip()


def _row(found: Checked) -> tuple[str, ...]:
    name = one_line(str(found.path))
    if found.fault is not None:
        return (name, *("-" for _ in _COLUMNS))
    if found.graded is None:
        return (name, *("-" for _ in _COLUMNS[1:]), str(found.faults_of_code()))
    counts = found.graded.counts
    numbers = (
        len(found.graded.statements),
        counts[Mark.REFUTED],
        counts[Mark.DEPENDS],
        sum(counts[mark] for mark in POSSIBLE),
        counts[Mark.PROPOSED],
        found.faults_of_code(),
    )
    return (name, *map(str, numbers))


# --- as SARIF ------------------------------------------------------------------------------


def as_sarif(keys: Sequence[Checked], ledger: Ledger | None) -> bytes:
    """What is found as a SARIF log; statements, too, of keys that were graded.

    Raises:
        RuleError: a rule of an installed package cannot be used.
    """
    graded = [found.graded for found in keys if found.graded is not None]
    code = [
        CodeOfFile(found.path, found.path.suffix.lower() in READERS, found.code)
        for found in keys
        if found.code is not None
    ]
    faults = {found.path: found.fault for found in keys if found.fault is not None}
    return log(code, faults, ledger if graded else None, graded)


# --- as JSON -------------------------------------------------------------------------------


def as_data(keys: Sequence[Checked], ledger: Ledger | None, shipped: bool) -> dict[str, Any]:
    """Everything as plain data; ``docs/checking-submissions.md`` says what each field is."""
    return {
        "run": None if ledger is None else _run(ledger, shipped),
        "keys": [_key(found) for found in keys],
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


def _key(found: Checked) -> dict[str, Any]:
    data: dict[str, Any] = {
        "path": _writable(found.path.as_posix()),
        "fault": None if found.fault is None else _writable(found.fault),
    }
    if found.graded is not None:
        graded = found.graded
        data["source"] = graded.key.text
        data["counts"] = {mark.value: count for mark, count in graded.counts.items()}
        data["statements"] = list(_statements(graded))
    if found.code is not None:
        data["code"] = [_code_fault(fault) for fault in found.code.faults]
        data["cannot_tell"] = [_at(doubt) | {"why": doubt.why} for doubt in found.code.doubts]
        data["not_parsed"] = [_at(one) | {"why": one.why} for one in found.code.unparsed]
        data["rules_fine"] = [rule.id for rule in found.code.fine]
    return data


def _writable(text: str) -> str:
    """A name of a file may hold bytes that are no text, and that JSON has no way to write."""
    return text.encode(errors="replace").decode()


def _statements(graded: GradedKey) -> Iterator[dict[str, Any]]:
    starts = [0, *accumulate(len(line) + 1 for line in graded.key.text.split("\n"))]
    for one, region in zip(graded.statements, regions(graded.key), strict=True):
        yield _statement(one, graded.key, region, starts)


def _statement(one: Graded, key: Key, region: Region, starts: list[int]) -> dict[str, Any]:
    cell = key.cell_of(one.statement.line)
    decisive = one.decisive
    links = [linked.link for linked in one.claims] or list(one.proposed)
    return {
        "text": one.statement.text,
        "offsets": _offsets(region, starts),
        "line": one.statement.line,
        "cell": None if cell is None else cell.number,
        "mark": one.mark.value,
        "origin": "proposed" if one.proposed else None if one.mark is Mark.UNLINKED else "by hand",
        "claims": [
            {
                "claim": link.claim,
                "stance": link.stance,
                "force": link.force,
                "readings": list(link.readings),
            }
            for link in links
        ],
        "decisive": None if decisive is None else decisive.link.claim,
        "why": one.reason,
        "evidence": one.evidence,
        "correction": one.correction,
    }


def _offsets(region: Region, starts: list[int]) -> list[int]:
    """[start, end) in the characters of the source; whole lines where columns are not known."""
    if region.column is None or region.end_column is None:
        return [starts[region.line - 1], starts[region.end_line] - 1]
    return [
        starts[region.line - 1] + region.column - 1,
        starts[region.end_line - 1] + region.end_column - 1,
    ]


def _code_fault(fault: CodeFault) -> dict[str, Any]:
    return _at(fault) | {
        "severity": fault.severity,
        "why": fault.why,
        "fix": fault.rule.fix,
        "evidence": [_effect(effect) for effect in fault.effects],
    }


def _at(found: Finding) -> dict[str, Any]:
    """Which rule speaks, and where."""
    rule = {} if isinstance(found, Unparsed) else {"rule": found.rule.id}
    return rule | {"line": found.position.line, "cell": found.position.cell}


def _effect(effect: Effect) -> dict[str, Any]:
    record, reading = effect.record, effect.reading
    return {
        "claim": effect.claim,
        "statement": None if record is None else record.statement,
        "verdict": None if record is None else record.verdict,
        "reading": None if reading is None else reading.name,
        "measured": effect.measured,
        "correction": None if record is None else record.correction,
    }
