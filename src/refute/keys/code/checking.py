"""A program held against all rules: faults, what cannot be told, what is fine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from refute.keys.code.facts import Facts, facts_of
from refute.keys.code.program import CodeBlock, UnparsedBlock, read_program
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Rule, Severity, Unsure
from refute.keys.code.rules.table import rules


@dataclass(frozen=True)
class Said:
    """What one rule says at one line."""

    rule: Rule
    answer: Answer

    @property
    def severity(self) -> Severity | None:
        """How bad it is; ``None`` for what is no fault."""
        if not isinstance(self.answer, Faulty):
            return None
        return self.answer.severity or self.rule.severity


def _answers(rule: Rule, facts: Facts) -> list[Answer]:
    try:
        return rule.answers(facts)
    except RecursionError:
        return [Unsure(1, "this program is nested too deep to follow")]
    except Exception as error:  # of one rule, perhaps a stranger's: the others speak all the same
        return [Unsure(1, f"this rule breaks here ({error!r}): report that to its author")]


@dataclass(frozen=True)
class CodeReport:
    """All that rules say of a program; a rule that does not apply says nothing."""

    said: tuple[Said, ...]
    unparsed: tuple[UnparsedBlock, ...]
    cut: bool
    blocks: tuple[CodeBlock, ...]

    def block_at(self, line: int) -> CodeBlock | None:
        """The block that a line of the key is in."""
        return next((block for block in reversed(self.blocks) if block.line <= line), None)

    @property
    def faults(self) -> tuple[Said, ...]:
        return tuple(said for said in self.said if isinstance(said.answer, Faulty))

    @property
    def unsure(self) -> tuple[Said, ...]:
        return tuple(said for said in self.said if isinstance(said.answer, Unsure))

    @property
    def fine(self) -> tuple[Said, ...]:
        return tuple(said for said in self.said if isinstance(said.answer, Fine))


def check_code(blocks: Iterable[CodeBlock]) -> CodeReport:
    """Hold the code blocks of one key, in their order, against every rule.

    Raises:
        RuleError: a rule of an installed package cannot be used.
    """
    blocks = tuple(blocks)
    program = read_program(blocks)
    facts = facts_of(program)
    said = tuple(Said(rule, answer) for rule in rules() for answer in _answers(rule, facts))
    return CodeReport(said, program.unparsed, facts.found.cut, blocks)
