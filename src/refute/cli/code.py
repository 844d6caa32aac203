"""``refute check``'s second half: what rules say of the code of a key, one place per line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from refute.keys.checked_code import CheckedCode, CodeFault, Doubt, Unparsed
from refute.keys.code.rules.table import rules
from refute.prose.code_faults import code_score

_SHOWN_LENGTH = 300
"""Characters of what was measured; ``--json`` has the whole."""


def lines(path: Path, code: CheckedCode) -> Iterator[str]:
    """The faults and what could not be told, by line, and the score."""
    if not code.has_code:
        return
    for found in code.findings:
        match found:
            case CodeFault():
                yield from _fault(path, found)
            case Doubt(position, rule, why):
                yield f"{position.of(path)}: cannot tell: {why} ({rule.id})"
            case Unparsed(position, column, why):
                yield f"{position.of(path)}:{column}: cannot be parsed: {why}"
    yield f"{path}: code: {code_score(code)}"


def _fault(path: Path, fault: CodeFault) -> Iterator[str]:
    yield f"{fault.position.of(path)}: {fault.severity}: {fault.why} ({fault.rule.id})"
    yield f"    fix: {fault.rule.fix}"
    for effect in fault.effects:
        if effect.measured is not None:
            words = textwrap.shorten(effect.measured, _SHOWN_LENGTH, placeholder=" …")
            yield f"    measured: {effect.claim}: {words}"


def table() -> list[dict[str, object]]:
    """Every rule as plain data."""
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "severity": rule.severity,
            "fix": rule.fix,
            "evidence": list(dict.fromkeys(one.claim for one in rule.evidence)),
        }
        for rule in rules()
    ]
