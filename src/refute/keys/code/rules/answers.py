"""What a rule says of a program, and how a rule is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from refute.keys.code.facts import Facts

Severity = Literal["error", "wrong", "weak", "note"]
"""Of a fault: the code stops or its result is not what is printed as such; it runs and does not do
what the exercise asks; it does, and the conclusion does not follow; a redundancy."""


@dataclass(frozen=True)
class Faulty:
    """A known violation at a line.  ``severity`` is the rule's own unless given."""

    line: int
    why: str
    severity: Severity | None = None


@dataclass(frozen=True)
class Fine:
    """What the rule concerns is there, wholly known, and right."""

    line: int


@dataclass(frozen=True)
class Unsure:
    """What the rule concerns is there, and not known well enough to judge."""

    line: int
    why: str


Answer = Faulty | Fine | Unsure
Body = Callable[[Facts], Iterable[Answer]]


@dataclass(frozen=True)
class Evidence:
    """A claim that measures what a fault does, by its id.

    ``case`` names the reading or control that has the fault; without it, the one that decides.
    """

    claim: str
    case: str | None = None


@dataclass(frozen=True)
class Rule:
    """One rule: what it looks for, how bad a fault is, what to do, and the claims that show it."""

    id: str
    title: str
    severity: Severity
    fix: str
    evidence: tuple[Evidence, ...]
    body: Body

    def answers(self, facts: Facts) -> list[Answer]:
        """What the rule says of a program; nothing where it does not apply.

        Each answer is given once, faults first, in the order of lines.
        """
        order = {Faulty: 0, Unsure: 1, Fine: 2}
        said = dict.fromkeys(self.body(facts))
        return sorted(said, key=lambda answer: (order[type(answer)], answer.line))


def rule(
    id: str, title: str, *, severity: Severity, fix: str, evidence: tuple[Evidence, ...] = ()
) -> Callable[[Body], Rule]:
    """Make a function a rule.

    Args:
        id: ``code/...``, stable and unique.
        title: what is wrong, in a few words.
        severity: how bad a fault is.
        fix: what to write instead, in one sentence.
        evidence: claims that measure what the fault does; none of what another key's code says.
    """

    def decorate(body: Body) -> Rule:
        return Rule(id, title, severity, fix, evidence, body)

    return decorate
