"""Findings about the code of keys, as rules, results and notifications of a SARIF log.

A fault is a result of kind ``fail``, and a place where a rule cannot tell is one of kind ``open``.
A block that cannot be parsed was not checked, and is a notification of the invocation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refute.export.code_notes import message, with_position
from refute.export.sarif_parts import WHOLE_FILE, fingerprint, literal, location
from refute.keys.checked_code import CannotTell, CheckedCode, CodeFault, Finding
from refute.keys.code.rules.answers import Rule
from refute.keys.code.rules.table import rules
from refute.keys.tree import Position
from refute.prose.text import capitalized

LEVELS = {"error": "error", "wrong": "error", "weak": "warning", "note": "note"}


@dataclass(frozen=True)
class CodeOfFile:
    """The checked code of a file; the lines of a ``converted`` one are not those of the file."""

    path: Path
    converted: bool
    code: CheckedCode

    def place(self, position: Position) -> dict[str, Any]:
        """Return a position as a location."""
        if self.converted:
            return location(self.path, WHOLE_FILE)
        region = {"startLine": position.line, "startColumn": position.column}
        if position.end is None:
            return location(self.path, region | {"endLine": position.line})
        end_line, end_column = position.end
        return location(self.path, region | {"endLine": end_line, "endColumn": end_column})

    def message(self, finding: Finding) -> dict[str, Any]:
        """Return a finding as a message."""
        return {"text": literal(with_position(message(finding), finding.position, self.converted))}


def descriptors() -> list[dict[str, Any]]:
    """Return every rule, whether it finds anything or not."""
    return [_descriptor(rule) for rule in rules()]


def _descriptor(rule: Rule) -> dict[str, Any]:
    claims = list(dict.fromkeys(evidence.claim for evidence in rule.evidence))
    measured = f"\n\nWhat it does is measured by {', '.join(claims)}." if claims else ""
    return {
        "id": rule.id,
        "shortDescription": {"text": literal(capitalized(rule.title))},
        "help": {"text": literal(f"{capitalized(rule.title)}. Fix: {rule.fix}{measured}")},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": ["code"], "severity": rule.severity, "claims": claims},
    }


def results(file: CodeOfFile, index: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Yield a result for each fault, and for each place where a rule cannot tell."""
    seen = Counter[tuple[str, str]]()
    for fault in file.code.faults:
        level = LEVELS[fault.severity]
        yield _result(file, fault, index, seen, "fail", level) | {
            "properties": {
                "severity": fault.severity,
                "claims": [effect.claim for effect in fault.effects],
            },
        }
    for open_finding in file.code.cannot_tell:
        yield _result(file, open_finding, index, seen, "open", "none")


def _result(
    file: CodeOfFile,
    finding: CodeFault | CannotTell,
    index: dict[str, int],
    seen: Counter[tuple[str, str]],
    kind: str,
    level: str,
) -> dict[str, Any]:
    same = (finding.rule.id, finding.why)
    seen[same] += 1
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": index[finding.rule.id],
        "kind": kind,
        "level": level,
        "message": file.message(finding),
        "locations": [file.place(finding.position)],
        "partialFingerprints": {"ruleAndFinding/v1": fingerprint(*same, str(seen[same]))},
    }


def notifications(file: CodeOfFile) -> Iterator[dict[str, Any]]:
    """Yield what was not checked: unparsed blocks, and the end of a program that is too long."""
    for block in file.code.unparsed:
        yield {
            "level": "warning",
            "message": file.message(block),
            "locations": [file.place(block.position)],
        }
    if file.code.cut:
        text = "The code is too long to be read to the end: only its beginning was checked."
        yield {"level": "warning", "message": {"text": text}, "locations": [location(file.path)]}


def counts(files: list[CodeOfFile]) -> dict[str, int]:
    """Count faults by severity, places where a rule cannot tell, and unparsed blocks."""
    counted = Counter[str]()
    for file in files:
        counted.update(file.code.counts)
        counted["cannot tell"] += len(file.code.cannot_tell)
        counted["not parsed"] += len(file.code.unparsed)
    return dict(counted)
