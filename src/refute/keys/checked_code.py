"""What rules find in a key's code: faults at their lines, their effects, and open questions.

Rules say what is wrong; the claims that a rule names measure what that does, and the ledger of a
run has their numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from refute.characters import cleaned, cut_short, one_line
from refute.keys.code.checking import CodeReport, Said, check_code
from refute.keys.code.program import CodeBlock
from refute.keys.code.rules.answers import Evidence, Faulty, Rule, Severity
from refute.keys.tree import Position
from refute.ledger import ClaimRecord, Ledger, ReadingRecord
from refute.prose.evidence import in_words

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""Worst first."""

LONGEST_WHY = 400
"""The most characters of a reason, which may repeat text of the key."""

LONGEST_LINE = 400
"""The most characters of a line of code that are repeated where it is spoken of."""


@dataclass(frozen=True)
class Effect:
    """A claim that measures what a fault does.

    ``record`` is ``None`` if the run gave it no verdict, ``reading`` if nothing decides it.
    """

    claim: str
    record: ClaimRecord | None = None
    reading: ReadingRecord | None = None

    @property
    def measured(self) -> str | None:
        """The case and the number of the run, as one line."""
        if self.record is None:
            return None
        if self.reading is None:
            return self.record.why
        return f"{self.reading.name}: {in_words(self.reading)}"


@dataclass(frozen=True)
class CodeFault:
    """What a rule finds wrong at a line, and the effects.

    ``line`` is that line as the key has it, without its indentation; ``column`` is where it begins.
    """

    position: Position
    column: int
    line: str
    rule: Rule
    severity: Severity
    why: str
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Doubt:
    """Why a rule cannot decide at a line."""

    position: Position
    rule: Rule
    why: str


@dataclass(frozen=True)
class Unparsed:
    """Where a block of code is not valid Python."""

    position: Position
    column: int
    why: str


Finding = CodeFault | Doubt | Unparsed


@dataclass(frozen=True)
class CheckedCode:
    """Everything that is found in a key's code, by line.

    ``fine`` are the rules that are satisfied wherever they apply.  ``cut`` says that the program
    was too long to be read completely.
    """

    faults: tuple[CodeFault, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    unparsed: tuple[Unparsed, ...] = ()
    fine: tuple[Rule, ...] = ()
    cut: bool = False
    has_code: bool = False

    @property
    def counts(self) -> dict[Severity, int]:
        """How many faults there are of each severity, including zeros."""
        counted = Counter(fault.severity for fault in self.faults)
        return {severity: counted[severity] for severity in SEVERITIES}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All that is found, in the order of lines."""
        found: list[Finding] = [*self.faults, *self.doubts, *self.unparsed]
        return tuple(sorted(found, key=lambda one: one.position.line))


def check_blocks(blocks: Iterable[CodeBlock], ledger: Ledger | None) -> CheckedCode:
    """Check blocks of code against every rule; none of the code is run.

    ``ledger`` has what claims measured; without one, faults have no effects.

    Raises:
        RuleError: a rule of an installed package cannot be used.
    """
    report = check_code(blocks)
    doubtful = {said.rule.id for said in (*report.faults, *report.unsure)}
    fine = {said.rule.id: said.rule for said in report.fine if said.rule.id not in doubtful}
    return CheckedCode(
        faults=tuple(_fault(said, report, ledger) for said in _by_line(report.faults)),
        doubts=tuple(_doubts(report)),
        unparsed=tuple(
            Unparsed(_position(*_place(report, block.line)), block.column, one_line(block.why))
            for block in report.unparsed
        ),
        fine=tuple(fine.values()),
        cut=report.cut,
        has_code=bool(report.blocks),
    )


def _by_line(said: Sequence[Said]) -> list[Said]:
    return sorted(dict.fromkeys(said), key=lambda one: one.answer.line)


def _fault(said: Said, report: CodeReport, ledger: Ledger | None) -> CodeFault:
    assert isinstance(said.answer, Faulty)
    assert said.severity is not None
    block, row = _place(report, said.answer.line)
    return CodeFault(
        _position(block, row),
        block.column(row),
        cut_short(cleaned(block.lines[row]).strip(), LONGEST_LINE),
        said.rule,
        said.severity,
        _told(said.answer.why),
        tuple(_effect(evidence, ledger) for evidence in said.rule.evidence),
    )


def _doubts(report: CodeReport) -> Iterable[Doubt]:
    """One finding for each rule and line."""
    found: dict[tuple[str, int], Doubt] = {}
    for said in _by_line(report.unsure):
        position = _position(*_place(report, said.answer.line))
        doubt = Doubt(position, said.rule, _told(getattr(said.answer, "why", "")))
        found.setdefault((said.rule.id, position.line), doubt)
    return found.values()


def _told(why: str) -> str:
    """Clean and cut a reason, which may repeat any literal of the key."""
    return cut_short(one_line(why), LONGEST_WHY)


def _position(block: CodeBlock, row: int) -> Position:
    return Position(block.line + row, block.cell, row + 1)


def _place(report: CodeReport, line: int) -> tuple[CodeBlock, int]:
    """The block and row, from 0, of a line, or of the nearest one of code: a rule may name one that
    has none.
    """
    block = report.block_at(line) or report.blocks[0]
    return block, min(max(line - block.line, 0), len(block.lines) - 1)


def _effect(evidence: Evidence, ledger: Ledger | None) -> Effect:
    record = None if ledger is None else ledger.claim(evidence.claim)
    if record is None or record.verdict is None:
        return Effect(evidence.claim)
    named = (reading for reading in record.readings if reading.name == evidence.case)
    return Effect(evidence.claim, record, next(named, record.deciding))
