"""What the rules find in a key's code, in words: each finding, what it does, and the counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from refute.keys.checked_code import (
    CannotTell,
    CheckedCode,
    CodeFault,
    Effect,
    Finding,
    Unparsed,
)
from refute.ledger import Searched
from refute.plurals import counted
from refute.prose.results import result_in_words
from refute.prose.text import capitalized
from refute.spacing import single_spaced


def code_score(code: CheckedCode) -> str:
    """The counts of a key's findings: ``3 errors, 1 weak, 2 cannot tell, 14 rules fine``."""
    parts = [
        counted(count, severity) if severity in ("error", "note") else f"{count} {severity}"
        for severity, count in code.counts.items()
        if count
    ]
    if code.cannot_tell:
        parts.append(f"{len(code.cannot_tell)} cannot tell")
    if not (parts or code.fine or code.unparsed or code.cut):
        return "no rule applies"
    parts.append(f"{counted(len(code.fine), 'rule')} fine")
    if code.unparsed:
        parts.append(f"{len(code.unparsed)} not parsed")
    if code.cut:
        parts.append("too long to be read to the end")
    return ", ".join(parts)


def begun(why: str) -> str:
    """A reason that begins with a capital, unless it begins with a name from the code."""
    first = why.partition(" ")[0]
    return why if re.search(r"[_=(\[.]", first) else capitalized(why)


@dataclass(frozen=True)
class FindingInWords:
    """A finding in words, without full stops.

    Attributes:
        why: why it was found, to stand beside its mark.
        message: the same with what the mark says, to stand alone.
        rule: the id of its rule.
        effects: the id of each claim that measured what a fault does, and its result.
        fix: what to write instead.
    """

    why: str
    message: str
    rule: str | None = None
    effects: tuple[tuple[str, str], ...] = ()
    fix: str | None = None


def finding_in_words(finding: Finding) -> FindingInWords:
    """Say what a finding is; a block that cannot be parsed has neither rule nor fix."""
    match finding:
        case CodeFault(rule=rule):
            message = f"Fault in code ({finding.severity}): {finding.why}"
            effects = tuple(_effects(finding))
            return FindingInWords(begun(finding.why), message, rule.id, effects, rule.fix)
        case CannotTell(rule=rule):
            why = begun(finding.why)
            return FindingInWords(why, f"Cannot tell: {rule.title}? {why}", rule.id)
        case Unparsed():
            why = f"This code cannot be parsed, and was not checked: {finding.why}"
            return FindingInWords(why, why)


def _effects(fault: CodeFault) -> Iterator[tuple[str, str]]:
    for effect in fault.effects:
        if (words := measured_in_words(effect)) is not None:
            yield effect.claim, words


def measured_in_words(effect: Effect) -> str | None:
    """The case that was measured and its result; ``None`` if the ledger has no verdict on it."""
    record, reading = effect.record, effect.reading
    if record is None:
        return None
    if reading is None:
        return capitalized(record.why.rstrip("."))
    if isinstance(reading.evidence, Searched) and reading.outcome is not None:
        # An example says nothing without the sentence that it is an example of.
        sentence = single_spaced(record.statement).rstrip(".")
        return f"“{sentence}” {reading.outcome} for “{reading.name}”: {result_in_words(reading)}"
    return f"{capitalized(reading.name)}: {result_in_words(reading)}"
