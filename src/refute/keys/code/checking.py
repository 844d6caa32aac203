"""Checks a program against all rules."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from refute.keys.code.facts import Facts, facts_of
from refute.keys.code.places import NOWHERE
from refute.keys.code.program import CodeBlock, UnparsedBlock, read_program
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Rule, Severity, Unsure
from refute.keys.code.rules.table import rules


@dataclass(frozen=True)
class RuleAnswer:
    """One answer of one rule."""

    rule: Rule
    answer: Answer

    @property
    def severity(self) -> Severity | None:
        """How bad the fault is; ``None`` if the answer is not a fault."""
        if not isinstance(self.answer, Faulty):
            return None
        return self.answer.severity or self.rule.severity


def _answers(rule: Rule, facts: Facts) -> list[Answer]:
    try:
        return rule.answers(facts)
    except RecursionError:
        return [Unsure(NOWHERE, "this program is nested too deeply to follow")]
    except Exception as error:  # a rule may be a stranger's: its bugs must not silence the others
        return [Unsure(NOWHERE, f"this rule failed here ({error!r}): report this to its author")]


@dataclass(frozen=True)
class CodeReport:
    """What all rules say about a program; a rule that does not apply says nothing.

    ``cut`` says that the program was too large to be read to its end.
    """

    answers: tuple[RuleAnswer, ...]
    unparsed: tuple[UnparsedBlock, ...]
    cut: bool
    blocks: tuple[CodeBlock, ...]

    def block_at(self, line: int) -> CodeBlock:
        """Return the block that contains a line of the key, or the one before that line."""
        after = bisect_right(self.blocks, line, key=lambda block: block.line)
        return self.blocks[max(after - 1, 0)]

    @property
    def faults(self) -> tuple[RuleAnswer, ...]:
        return self._of_type(Faulty)

    @property
    def unsure(self) -> tuple[RuleAnswer, ...]:
        return self._of_type(Unsure)

    @property
    def fine(self) -> tuple[RuleAnswer, ...]:
        return self._of_type(Fine)

    def _of_type(self, type: type[Answer]) -> tuple[RuleAnswer, ...]:
        return tuple(each for each in self.answers if isinstance(each.answer, type))


def check_code(blocks: Iterable[CodeBlock]) -> CodeReport:
    """Check the code blocks of one key, in order, against every rule.

    Raises:
        RuleError: a rule of an installed package cannot be used.
    """
    blocks = tuple(blocks)
    program = read_program(blocks)
    facts = facts_of(program)
    answers = tuple(
        RuleAnswer(rule, answer) for rule in rules() for answer in _answers(rule, facts)
    )
    return CodeReport(answers, program.unparsed, facts.trace.cut, blocks)
