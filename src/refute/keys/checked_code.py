"""What the rules find in a key's code: faults, their effects, and what cannot be told.

A rule says what is wrong.  The claims that it names measure what that does, and a ledger has the
numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from refute.characters import cleaned, cut_short, one_line
from refute.keys.code.checking import CodeReport, RuleAnswer, check_code
from refute.keys.code.places import Place
from refute.keys.code.program import CodeBlock
from refute.keys.code.rules.answers import (
    SEVERITIES,
    Evidence,
    Faulty,
    Rule,
    Severity,
    Unsure,
)
from refute.keys.tree import Position
from refute.ledger import ClaimRecord, Ledger, ReadingRecord

_REASON_LENGTH = 400
"""The most characters of a reason, which may quote the key."""

LONGEST_LINE = 400
"""The most characters shown of a line of code."""


@dataclass(frozen=True)
class Effect:
    """A claim that measures what a fault does.

    ``record`` is ``None`` if the ledger has no verdict on it, ``reading`` if no reading decides it.
    """

    claim: str
    record: ClaimRecord | None = None
    reading: ReadingRecord | None = None


@dataclass(frozen=True)
class CodeFault:
    """What a rule finds wrong at a position, and what that does.

    ``line`` is the line of the key, without its indentation.
    """

    position: Position
    line: str
    rule: Rule
    severity: Severity
    why: str
    effects: tuple[Effect, ...]

    @property
    def kind(self) -> str:
        return self.severity


@dataclass(frozen=True)
class CannotTell:
    """Why a rule cannot tell at a position."""

    kind: ClassVar[str] = "cannot tell"
    position: Position
    rule: Rule
    why: str


@dataclass(frozen=True)
class Unparsed:
    """Where a block is not valid Python, and why."""

    kind: ClassVar[str] = "not parsed"
    position: Position
    why: str


Finding = CodeFault | CannotTell | Unparsed


@dataclass(frozen=True)
class CheckedCode:
    """Everything that the rules find in a key's code, by position.

    ``fine`` are the rules that apply and find the code right everywhere.  ``cut`` says that the
    code was too long to be read to the end.
    """

    faults: tuple[CodeFault, ...] = ()
    cannot_tell: tuple[CannotTell, ...] = ()
    unparsed: tuple[Unparsed, ...] = ()
    fine: tuple[Rule, ...] = ()
    cut: bool = False
    has_code: bool = False

    @property
    def counts(self) -> dict[Severity, int]:
        """The number of faults of each severity, including zeros."""
        counted = Counter(fault.severity for fault in self.faults)
        return {severity: counted[severity] for severity in SEVERITIES}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of their positions."""
        findings: list[Finding] = [*self.faults, *self.cannot_tell, *self.unparsed]
        return tuple(sorted(findings, key=_in_order))


def _in_order(finding: Finding) -> tuple[int, int]:
    return finding.position.line, finding.position.column or 0


def check_blocks(blocks: Iterable[CodeBlock], ledger: Ledger | None) -> CheckedCode:
    """Check blocks of code against every rule; none of the code is run.

    Args:
        blocks: the code of one key, in order.
        ledger: what the claims measured; without one, the effects of a fault have no numbers.

    Raises:
        RuleError: a rule of an installed package cannot be used.
    """
    report = check_code(blocks)
    not_fine = {answer.rule.id for answer in (*report.faults, *report.unsure)}
    fine = {answer.rule.id: answer.rule for answer in report.fine}
    return CheckedCode(
        faults=tuple(_fault(answer, report, ledger) for answer in _by_place(report.faults)),
        cannot_tell=tuple(_cannot_tell(report)),
        unparsed=tuple(
            Unparsed(_position(report, block.place), one_line(block.why))
            for block in report.unparsed
        ),
        fine=tuple(rule for id, rule in fine.items() if id not in not_fine),
        cut=report.cut,
        has_code=bool(report.blocks),
    )


def _by_place(answers: Sequence[RuleAnswer]) -> list[RuleAnswer]:
    return sorted(answers, key=lambda each: each.answer.place)


def _fault(said: RuleAnswer, report: CodeReport, ledger: Ledger | None) -> CodeFault:
    rule, answer = said.rule, said.answer
    assert isinstance(answer, Faulty)
    position = _position(report, answer.place)
    line = report.block_at(position.line).lines[position.row - 1]
    return CodeFault(
        position,
        cut_short(cleaned(line).strip(), LONGEST_LINE),
        rule,
        answer.severity or rule.severity,
        _clean(answer.why),
        tuple(_effect(evidence, ledger) for evidence in rule.evidence),
    )


def _cannot_tell(report: CodeReport) -> Iterable[CannotTell]:
    """One finding for each rule and position."""
    found: dict[tuple[str, Position], CannotTell] = {}
    for said in _by_place(report.unsure):
        rule, answer = said.rule, said.answer
        assert isinstance(answer, Unsure)
        position = _position(report, answer.place)
        found.setdefault((rule.id, position), CannotTell(position, rule, _clean(answer.why)))
    return found.values()


def _clean(why: str) -> str:
    """Clean and shorten a reason, which may quote any literal of the key."""
    return cut_short(one_line(why), _REASON_LENGTH)


def _position(report: CodeReport, place: Place) -> Position:
    """The position of a place, or of the nearest line of code: a rule may name one without."""
    block = report.block_at(place.line)
    row = min(max(place.line - block.line, 0), len(block.lines) - 1)
    found = place if place.line == block.line + row else block.place(row)
    end = found.end
    if end is not None and end[0] >= block.line + len(block.lines):
        end = None
    return Position(found.line, block.cell, row + 1, found.column, end)


def _effect(evidence: Evidence, ledger: Ledger | None) -> Effect:
    record = None if ledger is None else ledger.claim(evidence.claim)
    if record is None or record.verdict is None:
        return Effect(evidence.claim)
    named = (reading for reading in record.readings if reading.name == evidence.case)
    return Effect(evidence.claim, record, next(named, record.deciding))
