"""SARIF 2.1.0 (OASIS, with errata 01): what is wrong with a key, at its lines and columns.

Results are statements that are refuted (``error``), depend (``warning``) or are left open (``kind:
open``), and findings about code (:mod:`refute.export.sarif_code`).  Supported statements are left
out, because GitHub shows every kind of result as an alert.  The run's properties count the
statements with each mark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec

from refute.characters import is_of_the_web
from refute.decision.verdict import Verdict
from refute.export import sarif_code
from refute.export.code_notes import with_position
from refute.export.errors import ExportError
from refute.export.sarif_code import CodeOfFile
from refute.export.sarif_parts import BASE, WHOLE_FILE, file, fingerprint, literal, location
from refute.grading.folder import Material
from refute.keys.code.rules.table import RuleError
from refute.keys.extents import Extent, extents, source_in
from refute.keys.graded import Graded, GradedKey, Mark
from refute.ledger import ClaimRecord, Ledger, Source
from refute.prose.statements import about_statement, found_by

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_KIND_AND_LEVEL = {
    Mark.REFUTED: ("fail", "error"),
    Mark.DEPENDS: ("fail", "warning"),
    Mark.UNDECIDED: ("open", "none"),
    Mark.NO_VERDICT: ("open", "none"),
}

_LEVEL_OF_CLAIM = {Verdict.DEPENDS: "warning", Verdict.REFUTED: "error"}


def render(material: Material) -> bytes:
    """The log, with one run: statements of keys, and their code.

    Raises:
        ExportError: a rule of an installed package cannot be used.
    """
    code = [CodeOfFile(key.key.path, key.key.converted, key.code) for key in material.keys]
    try:
        return log(code, material.faults, material.ledger, material.keys)
    except RuleError as error:
        raise ExportError(str(error)) from None


def log(
    code: Sequence[CodeOfFile],
    faults: Mapping[Path, str],
    ledger: Ledger | None = None,
    keys: Sequence[GradedKey] = (),
) -> bytes:
    """A log of checked code and graded statements.

    Args:
        code: the code of each file.
        faults: why files could not be checked.
        ledger: the run by which statements were graded; ``None`` if only code was checked.
        keys: the graded keys.

    Raises:
        RuleError: a rule of an installed package cannot be used.
    """
    run = _run(list(code), faults, ledger, keys)
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _run(
    code: list[CodeOfFile],
    faults: Mapping[Path, str],
    ledger: Ledger | None,
    keys: Sequence[GradedKey],
) -> dict[str, Any]:
    driver = _driver(ledger)
    index = {rule["id"]: at for at, rule in enumerate(driver["rules"])}
    counts = Counter(graded.mark.value for key in keys for graded in key.without_headings)
    of_run = {} if ledger is None else {"seed": ledger.run.seed, "statements": dict(counts)}
    return {
        "tool": {"driver": driver},
        "invocations": [_invocation(code, faults, ledger)],
        "originalUriBaseIds": {
            BASE: {"description": {"text": "The folder in which Refute ran."}},
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": file(checked.path)} for checked in code],
        "results": [
            *(result for key in keys for result in _results(key, index)),
            *(result for checked in code for result in sarif_code.results(checked, index)),
        ],
        "properties": of_run | {"code": sarif_code.counts(code)},
    }


def _driver(ledger: Ledger | None) -> dict[str, Any]:
    """The tool; its rules are the claims of a run, then the rules for code."""
    driver: dict[str, Any] = {"name": "Refute", "rules": sarif_code.descriptors()}
    version = metadata.version("refute")
    if ledger is not None:
        sources = {source.key: source for source in ledger.sources}
        driver["rules"] = [_rule(claim, sources) for claim in ledger.claims] + driver["rules"]
        version = ledger.run.environment.get("refute", "")
    return driver | ({"version": version} if version else {})


def _rule(claim: ClaimRecord, sources: dict[str, Source]) -> dict[str, Any]:
    cited = [
        (sources.get(citation.key, Source(citation.key, citation.key)), citation.where)
        for citation in claim.citations
    ]
    help_lines = [f"{claim.statement} {claim.final_verdict.value}: {claim.why}"]
    if claim.correction:
        help_lines.append(f"What is true: {claim.correction}")
    help_lines += [
        f"Source: {source.text}{f' ({where})' if where else ''}" for source, where in cited
    ]
    help_lines.append(f"Reproduce: {claim.command}")
    rule: dict[str, Any] = {
        "id": claim.id,
        "shortDescription": {"text": literal(claim.statement)},
        "help": {"text": literal("\n\n".join(help_lines))},
        "defaultConfiguration": {"level": _LEVEL_OF_CLAIM.get(claim.final_verdict, "none")},
        "properties": {"tags": [claim.question]},
    }
    urls = [source.url for source, _ in cited if _is_web(source.url)]
    if urls:
        rule["helpUri"] = urls[0]
    return rule


def _is_web(url: str | None) -> bool:
    return url is not None and is_of_the_web(url) and url.isascii()


def _invocation(
    code: Sequence[CodeOfFile], faults: Mapping[Path, str], ledger: Ledger | None
) -> dict[str, Any]:
    invocation: dict[str, Any] = {
        "executionSuccessful": not faults,
        "toolConfigurationNotifications": [
            {"level": "error", "message": {"text": literal(fault)}, "locations": [location(path)]}
            for path, fault in faults.items()
        ],
        "toolExecutionNotifications": [
            notification for checked in code for notification in sarif_code.notifications(checked)
        ],
    }
    if ledger is None:
        return invocation
    run = ledger.run
    invocation["commandLine"] = run.command
    invocation["executionSuccessful"] &= run.finished is not None
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
    places = extents(key.key)
    for graded in key.statements:
        if graded.mark not in _KIND_AND_LEVEL or graded.decisive is None:
            continue
        kind, level = _KIND_AND_LEVEL[graded.mark]
        claim = graded.decisive.link.claim
        position = key.key.position(graded.statement.line)
        yield {
            "ruleId": claim,
            **({"ruleIndex": index[claim]} if claim in index else {}),
            "kind": kind,
            "level": level,
            "message": {
                "text": literal(with_position(message(graded), position, key.key.converted))
            },
            "locations": [location(key.key.path, _region(key, places[graded.statement.index]))],
            # By its words and not its line, so that edits elsewhere in the key do not change it.
            "partialFingerprints": {
                "statementAndClaim/v1": fingerprint(claim, graded.statement.text)
            },
            "properties": {
                "mark": graded.mark.value,
                "claims": [linked.link.claim for linked in graded.claims],
                "force": graded.decisive.link.force,
                "readings": list(graded.decisive.link.readings),
            },
        }


def message(graded: Graded) -> str:
    """What is said of a statement as plain text, the most important sentence first."""
    sentences = [f"{graded.mark.value.capitalize()}: “{graded.statement.text}”"]
    if (reason := about_statement(graded)) is not None:
        sentences.append(reason)
    if graded.correction:
        sentences.append(f"Instead: {graded.correction}")
    if graded.evidence and graded.reading is not None:
        sentences.append(found_by(graded.reading, graded.evidence))
    return "\n".join(sentences)


def _region(key: GradedKey, extent: Extent) -> dict[str, Any]:
    if key.key.converted:
        return WHOLE_FILE
    place: dict[str, Any] = {"startLine": extent.line, "endLine": extent.end_line}
    if extent.column is not None and extent.end_column is not None:
        place |= {"startColumn": extent.column, "endColumn": extent.end_column}
    return place | {"snippet": {"text": source_in(key.key, extent)}}
