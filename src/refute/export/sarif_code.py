"""What rules find of the code of keys, as rules, results and notifications of a SARIF log.

A fault is a result of kind ``fail``, a line of which a rule cannot tell is ``open``; a block that
is no Python was not checked, and is a notification of the invocation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refute.export.code_notes import message, told_at
from refute.export.sarif_parts import WHOLE_FILE, fingerprint, literal, location
from refute.keys.checked_code import CheckedCode, CodeFault, Doubt, Finding
from refute.keys.code.rules.answers import Rule
from refute.keys.code.rules.table import rules
from refute.keys.tree import Position
from refute.prose.text import begun

LEVELS = {"error": "error", "wrong": "error", "weak": "warning", "note": "note"}


@dataclass(frozen=True)
class CodeOfFile:
    """The code of a file as it was checked; of a ``converted`` one, lines are not the file's."""

    path: Path
    converted: bool
    code: CheckedCode

    def place(self, position: Position) -> dict[str, Any]:
        """Where something stands."""
        line, column = position.line, position.column
        region = {"startLine": line, "startColumn": column, "endLine": line}
        return location(self.path, WHOLE_FILE if self.converted else region)

    def said(self, found: Finding) -> dict[str, Any]:
        """What is found, as a message."""
        return {"text": literal(told_at(found.position, self.converted, message(found)))}


def descriptors() -> list[dict[str, Any]]:
    """Every rule, whether it finds something or not."""
    return [_descriptor(rule) for rule in rules()]


def _descriptor(rule: Rule) -> dict[str, Any]:
    claims = list(dict.fromkeys(one.claim for one in rule.evidence))
    measured = f"\n\nWhat it does is measured by {', '.join(claims)}." if claims else ""
    return {
        "id": rule.id,
        "shortDescription": {"text": literal(begun(rule.title))},
        "help": {"text": literal(f"{begun(rule.title)}. Fix: {rule.fix}{measured}")},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": ["code"], "severity": rule.severity, "claims": claims},
    }


def results(file: CodeOfFile, index: dict[str, int]) -> Iterator[dict[str, Any]]:
    """A result for each fault, and for each line of which a rule cannot tell."""
    seen = Counter[tuple[str, str]]()
    for fault in file.code.faults:
        level = LEVELS[fault.severity]
        yield _result(file, fault, index, seen, "fail", level) | {
            "properties": {
                "severity": fault.severity,
                "claims": [effect.claim for effect in fault.effects],
            },
        }
    for doubt in file.code.doubts:
        yield _result(file, doubt, index, seen, "open", "none")


def _result(
    file: CodeOfFile,
    found: CodeFault | Doubt,
    index: dict[str, int],
    seen: Counter[tuple[str, str]],
    kind: str,
    level: str,
) -> dict[str, Any]:
    same = (found.rule.id, found.why)
    seen[same] += 1
    return {
        "ruleId": found.rule.id,
        "ruleIndex": index[found.rule.id],
        "kind": kind,
        "level": level,
        "message": file.said(found),
        "locations": [file.place(found.position)],
        "partialFingerprints": {"ruleAndFinding/v1": fingerprint(*same, str(seen[same]))},
    }


def notifications(file: CodeOfFile) -> Iterator[dict[str, Any]]:
    """What was not checked: blocks that are no Python, the end of a program without end."""
    for block in file.code.unparsed:
        yield {
            "level": "warning",
            "message": file.said(block),
            "locations": [file.place(block.position)],
        }
    if file.code.cut:
        text = "The code is too long to be read to its end: only its beginning was checked."
        yield {"level": "warning", "message": {"text": text}, "locations": [location(file.path)]}


def counts(files: list[CodeOfFile]) -> dict[str, int]:
    """Faults by severity, lines of which a rule cannot tell, blocks that are no Python."""
    counted = Counter[str]()
    for file in files:
        counted.update(file.code.counts)
        counted["cannot tell"] += len(file.code.doubts)
        counted["not parsed"] += len(file.code.unparsed)
    return dict(counted)
