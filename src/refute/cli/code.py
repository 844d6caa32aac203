"""What ``refute check`` prints about the code of a key, and what ``refute rules`` lists."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from refute.keys.checked_code import CannotTell, CheckedCode, CodeFault, Unparsed
from refute.keys.code.rules.table import rules
from refute.prose.code_faults import code_score, effects_in_words

_SHOWN_LENGTH = 300
"""Characters shown of what was measured; ``--json`` has all of them."""


def lines(path: Path, code: CheckedCode) -> Iterator[str]:
    """Yield the findings as a compiler would report them, in the order of lines, then the score."""
    if not code.has_code:
        return
    for finding in code.findings:
        match finding:
            case CodeFault():
                yield from _fault(path, finding)
            case CannotTell(position, rule, why):
                yield f"{position.of(path)}: cannot tell: {why} ({rule.id})"
            case Unparsed(position, why):
                yield f"{position.of(path)}: cannot be parsed: {why}"
    yield f"{path}: code: {code_score(code)}"


def _fault(path: Path, fault: CodeFault) -> Iterator[str]:
    yield f"{fault.position.of(path)}: {fault.severity}: {fault.why} ({fault.rule.id})"
    yield f"    fix: {fault.rule.fix}"
    for claim, words in effects_in_words(fault):
        yield f"    measured: {claim}: {textwrap.shorten(words, _SHOWN_LENGTH, placeholder=' …')}"


def rules_as_data() -> list[dict[str, object]]:
    """Return every rule as plain data."""
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "severity": rule.severity,
            "fix": rule.fix,
            "evidence": list(dict.fromkeys(evidence.claim for evidence in rule.evidence)),
        }
        for rule in rules()
    ]
