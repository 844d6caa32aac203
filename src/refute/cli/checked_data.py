"""What ``refute check --json`` prints: everything that was found, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from refute.cli.checking import Checked
from refute.keys.checked_code import CodeFault, Effect, Finding, Unparsed
from refute.keys.extents import Extent, extents
from refute.keys.graded import Graded, GradedKey, Mark
from refute.keys.tree import Key, Position
from refute.ledger import Ledger
from refute.prose.code_faults import measured_in_words
from refute.prose.statements import reason


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
        data["cannot_tell"] = [_at(finding) | {"why": finding.why} for finding in code.cannot_tell]
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
        "why": reason(graded),
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
