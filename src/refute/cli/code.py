"""What ``refute check`` prints about the code of a key, and what ``refute rules`` lists."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from refute.keys.checked_code import CheckedCode
from refute.keys.code.rules.table import rules
from refute.prose.code_faults import code_score, finding_in_words

_SHOWN_LENGTH = 300
"""Characters shown of what was measured; ``--json`` has all of them."""


def lines(path: Path, code: CheckedCode) -> Iterator[str]:
    """Yield the findings as a compiler would report them, in the order of lines, then the score."""
    if not code.has_code:
        return
    for finding in code.findings:
        words = finding_in_words(finding)
        rule = "" if words.rule is None else f" ({words.rule})"
        yield f"{finding.position.of(path)}: {finding.kind}: {finding.why}{rule}"
        if words.fix is not None:
            yield f"    fix: {words.fix}"
        for claim, result in words.effects:
            short = textwrap.shorten(result, _SHOWN_LENGTH, placeholder=" …")
            yield f"    measured: {claim}: {short}"
    yield f"{path}: code: {code_score(code)}"


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
