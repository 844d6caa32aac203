"""``refute check``'s second half: what rules say of the code of a key, one place per line."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from refute.keys.code.checking import CodeReport, Said
from refute.keys.code.rules.answers import Faulty, Unsure
from refute.keys.code.rules.table import rules
from refute.ledger import ClaimRecord, Ledger
from refute.prose.evidence import in_words


def lines(path: Path, report: CodeReport, ledger: Ledger | None) -> Iterator[str]:
    """The faults and what could not be told, by line, and the score."""
    if not report.blocks:
        return
    for block in report.unparsed:
        place = _where(path, report, block.line)
        yield f"{place}:{block.column}: cannot be parsed: {block.why}"
    told = sorted((*report.faults, *report.unsure), key=lambda said: said.answer.line)
    for said in dict.fromkeys(told):
        if isinstance(said.answer, Faulty):
            place = _where(path, report, said.answer.line)
            yield f"{place}: {said.severity}: {said.answer.why} ({said.rule.id})"
            yield f"    fix: {said.rule.fix}"
            yield from (f"    measured: {words}" for words in _evidence(said, ledger))
        elif isinstance(said.answer, Unsure):
            place = _where(path, report, said.answer.line)
            yield f"{place}: cannot tell: {said.answer.why} ({said.rule.id})"
    yield f"{path}: code: {score(report)}"


def _where(path: Path, report: CodeReport, line: int) -> str:
    """A line of a file; of a notebook, the cell and the line in it."""
    block = report.block_at(line)
    if block is None or block.cell is None:
        return f"{path}:{line}"
    return f"{path}:cell {block.cell}:{line - block.line + 1}"


def score(report: CodeReport) -> str:
    """How many faults of each severity, and in how many places nothing can be told."""
    counts = Counter(said.severity for said in report.faults)
    found = [
        f"{counts[kind]} {kind}" for kind in ("error", "wrong", "weak", "note") if counts[kind]
    ]
    if report.unsure:
        found.append(f"{len({_place(said) for said in report.unsure})} cannot tell")
    fine = {said.rule.id for said in report.fine} - {said.rule.id for said in report.faults}
    found.append(f"{len(fine)} rules fine")
    if report.unparsed:
        found.append(f"{len(report.unparsed)} not parsed")
    if report.cut:
        found.append("too long to be read to its end")
    return ", ".join(found)


def _place(said: Said) -> tuple[str, int]:
    return said.rule.id, said.answer.line


def _evidence(said: Said, ledger: Ledger | None) -> Iterator[str]:
    """What the claims behind a rule measured in the last run."""
    for id in said.rule.evidence:
        claim = None if ledger is None else ledger.claim(id)
        if claim is not None and claim.verdict is not None:
            yield f"{id}: {_number(claim)}"


def _number(claim: ClaimRecord) -> str:
    decisive = claim.deciding
    words = claim.why if decisive is None else f"{decisive.name}: {in_words(decisive)}"
    return textwrap.shorten(words, 300, placeholder=" …")


def table() -> list[dict[str, object]]:
    """Every rule as plain data."""
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "severity": rule.severity,
            "fix": rule.fix,
            "evidence": list(rule.evidence),
        }
        for rule in rules()
    ]
