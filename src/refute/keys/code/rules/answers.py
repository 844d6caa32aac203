"""What a rule says about a program, and how to write a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from refute.keys.code.facts import Facts
from refute.keys.code.places import Place

Severity = Literal["error", "wrong", "weak", "note"]
"""How bad a fault is; ``SEVERITIES`` says what each means."""

SEVERITIES: dict[Severity, str] = {
    "error": "the code stops, or what it prints is not the result that it claims to be",
    "wrong": "it runs, but does not do what the exercise asks",
    "weak": "it does what the exercise asks, but the conclusion drawn from it does not follow",
    "note": "a redundancy, or a difference between versions",
}
"""What each severity means, worst first."""


@dataclass(frozen=True)
class Faulty:
    """A definite fault at a place.  ``severity`` defaults to the rule's own."""

    place: Place
    why: str
    severity: Severity | None = None


@dataclass(frozen=True)
class Fine:
    """The rule applies here, and the code is right."""

    place: Place


@dataclass(frozen=True)
class Unsure:
    """Something here suggests a fault, but too little is known about the code to judge it.

    Where a rule merely applies and nothing suggests a fault, it says nothing.
    """

    place: Place
    why: str


Answer = Faulty | Fine | Unsure
Body = Callable[[Facts], Iterable[Answer]]


@dataclass(frozen=True)
class Evidence:
    """The id of a claim that measures what a fault does.

    ``case`` names the reading or control that has the fault; by default it is the deciding one.
    """

    claim: str
    case: str | None = None


@dataclass(frozen=True)
class Rule:
    """What to look for, how bad a fault is, what to write instead, and the claims that show it.

    A ``local`` rule judges what is written at one place, wherever else the program may run code
    that cannot be read.  Any other rule cannot tell in such a program.
    """

    id: str
    title: str
    severity: Severity
    fix: str
    evidence: tuple[Evidence, ...]
    body: Body
    local: bool = False

    def answers(self, facts: Facts) -> list[Answer]:
        """Apply the rule to a program.

        Returns:
            Each distinct answer once: faults first, then by place; none if the rule does not apply.
        """
        order = {Faulty: 0, Unsure: 1, Fine: 2}
        distinct = dict.fromkeys(self.body(facts))
        if facts.trace.hidden and not self.local:
            distinct = dict.fromkeys(_unsure(distinct, facts.trace.hidden[0]))
        places = {answer: (answer.place.line, answer.place.column) for answer in distinct}
        return sorted(distinct, key=lambda answer: (order[type(answer)], places[answer]))


def _unsure(answers: Iterable[Answer], hidden: Place) -> Iterator[Answer]:
    """Yield the answers of a rule in a program that hides code: what it judged, it cannot tell."""
    for answer in answers:
        yield answer if isinstance(answer, Unsure) else Unsure(hidden, _HIDDEN)


TOO_LONG = "the program is too long to be read to its end"
"""Why a rule cannot tell that something never happens."""

_HIDDEN = "code may run here, or names may change, in a way that cannot be read"


def rule(
    id: str,
    title: str,
    *,
    severity: Severity,
    fix: str,
    evidence: tuple[Evidence, ...] = (),
    local: bool = False,
) -> Callable[[Body], Rule]:
    """Turn a function into a rule.

    Args:
        id: ``code/...``, stable and unique.
        title: what is wrong, in a few words.
        severity: how bad a fault is.
        fix: what to write instead, in one sentence.
        evidence: claims that measure what the fault does, but no claims about the code of one key.
        local: the rule judges what is written at one place, no matter what else the program does.
    """

    def decorate(body: Body) -> Rule:
        return Rule(id, title, severity, fix, evidence, body, local)

    return decorate
