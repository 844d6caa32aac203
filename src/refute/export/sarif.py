"""SARIF 2.1.0 (OASIS, with errata 01): what is wrong with a key, at its lines and columns.

Results are the statements that are refuted (``error``), depend (``warning``) or are left open
(``kind: open``).  Supported statements are none: GitHub shows every result as an alert, whatever
its kind.  How many there are of each mark stands with the run.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from refute.files import from_here
from refute.keys.folder import Material
from refute.keys.grading import Graded, GradedKey, Mark
from refute.keys.regions import Region, regions, source_in
from refute.ledger import Cited, ClaimRecord, Ledger, ReadingRecord, Source
from refute.prose.reasons import sentence
from refute.prose.text import begun

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
BASE = "SRCROOT"

_KIND_AND_LEVEL = {
    Mark.REFUTED: ("fail", "error"),
    Mark.DEPENDS: ("fail", "warning"),
    Mark.UNDECIDED: ("open", "none"),
    Mark.NO_VERDICT: ("open", "none"),
}

_LEVEL_OF_CLAIM = {"DEPENDS": "warning", "REFUTED": "error"}


def render(material: Material) -> bytes:
    """The log, with one run."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(material)]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n"


def _run(material: Material) -> dict[str, Any]:
    ledger = material.ledger
    index = {claim.id: at for at, claim in enumerate(ledger.claims)}
    counts = sum(
        (Counter(one.mark.value for one in key.statements) for key in material.keys), Counter()
    )
    return {
        "tool": {"driver": _driver(ledger)},
        "invocations": [_invocation(material)],
        "originalUriBaseIds": {
            BASE: {"description": {"text": "The folder in which Refute ran."}},
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _location(key.key.path)} for key in material.keys],
        "results": [result for key in material.keys for result in _results(key, index)],
        "properties": {"seed": ledger.run.seed, "statements": dict(counts)},
    }


def _driver(ledger: Ledger) -> dict[str, Any]:
    sources = {source.key: source for source in ledger.sources}
    driver: dict[str, Any] = {
        "name": "Refute",
        "rules": [_rule(claim, sources) for claim in ledger.claims],
    }
    if version := ledger.run.environment.get("refute"):
        driver["version"] = version
    return driver


def _rule(claim: ClaimRecord, sources: dict[str, Source]) -> dict[str, Any]:
    cited = [(sources.get(one.key, Source(one.key, one.key)), one.where) for one in claim.citations]
    help_lines = [f"{claim.statement} {claim.verdict or 'NO VERDICT'}: {claim.why}"]
    if claim.correction:
        help_lines.append(f"What is true: {claim.correction}")
    help_lines += [
        f"Source: {source.text}{f' ({where})' if where else ''}" for source, where in cited
    ]
    help_lines.append(f"Reproduce: {claim.command}")
    rule: dict[str, Any] = {
        "id": claim.id,
        "shortDescription": {"text": _literal(claim.statement)},
        "help": {"text": _literal("\n\n".join(help_lines))},
        "defaultConfiguration": {"level": _LEVEL_OF_CLAIM.get(claim.verdict or "", "none")},
        "properties": {"tags": [claim.question]},
    }
    urls = [source.url for source, _ in cited if _is_web(source.url)]
    if urls:
        rule["helpUri"] = urls[0]
    return rule


def _is_web(url: str | None) -> bool:
    return url is not None and url.startswith(("https://", "http://")) and url.isascii()


def _invocation(material: Material) -> dict[str, Any]:
    run = material.ledger.run
    invocation: dict[str, Any] = {
        "commandLine": run.command,
        "executionSuccessful": run.finished is not None and not material.faults,
        "toolConfigurationNotifications": [
            {
                "level": "error",
                "message": {"text": _literal(fault)},
                "locations": [{"physicalLocation": {"artifactLocation": _location(path)}}],
            }
            for path, fault in material.faults.items()
        ],
    }
    for name, moment in (("startTimeUtc", run.started), ("endTimeUtc", run.finished)):
        if moment and (utc := _utc(moment)):
            invocation[name] = utc
    return invocation


def _utc(moment: str) -> str | None:
    try:
        at = datetime.fromisoformat(moment)
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at.tzinfo else None
    except (ValueError, OverflowError):  # the latter at the ends of the calendar
        return None


def _results(key: GradedKey, index: dict[str, int]) -> Iterator[dict[str, Any]]:
    places = regions(key.key)
    for graded in key.statements:
        if graded.mark not in _KIND_AND_LEVEL or graded.decisive is None:
            continue
        kind, level = _KIND_AND_LEVEL[graded.mark]
        claim = graded.decisive.link.claim
        yield {
            "ruleId": claim,
            **({"ruleIndex": index[claim]} if claim in index else {}),
            "kind": kind,
            "level": level,
            "message": {"text": _literal(message(graded))},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": _location(key.key.path),
                        "region": _region(key, places[graded.statement.index]),
                    }
                }
            ],
            "partialFingerprints": {"statementAndClaim/v1": _fingerprint(claim, graded)},
            "properties": {
                "mark": graded.mark.value,
                "claims": [one.link.claim for one in graded.claims],
                "force": graded.decisive.link.force,
                "readings": list(graded.decisive.link.readings),
            },
        }


def message(graded: Graded) -> str:
    """What is found of a statement, its first sentence saying most, as plain text."""
    sentences = [f"{graded.mark.value.capitalize()}: “{graded.statement.text}”"]
    if graded.explains or not graded.correction:
        sentences.append(begun(sentence(graded.reason)))
    if graded.correction:
        sentences.append(f"Instead: {graded.correction}")
    if graded.evidence:
        sentences.append(_evidence(graded.evidence, graded.reading))
    return "\n".join(sentences)


def _evidence(words: str, reading: ReadingRecord | None) -> str:
    cited = reading is not None and isinstance(reading.evidence, Cited)
    return f"{begun(words)}." if cited else f"Measured: {words}."


def _fingerprint(claim: str, graded: Graded) -> str:
    """The same for the same words and claim, wherever in the key they stand (they do so once)."""
    return hashlib.sha256(f"{claim}\0{graded.statement.text}".encode()).hexdigest()[:32]


def _location(path: Path) -> dict[str, Any]:
    shown = from_here(path)
    if Path(shown).is_absolute():
        return {"uri": Path(shown).as_uri()}
    return {"uri": quote(os.fsencode(shown)), "uriBaseId": BASE}


def _region(key: GradedKey, region: Region) -> dict[str, Any]:
    found: dict[str, Any] = {"startLine": region.line, "endLine": region.end_line}
    if region.column is not None and region.end_column is not None:
        found |= {"startColumn": region.column, "endColumn": region.end_column}
    return found | {"snippet": {"text": source_in(key.key, region)}}


def _literal(text: str) -> str:
    """Text of which SARIF reads nothing as a placeholder (3.11.5) or a link (3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")
