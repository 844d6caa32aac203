"""Makes what an item reports: records of its reading or control and of its claim."""

from __future__ import annotations

import os
import shlex
from typing import Any
from urllib.parse import quote_from_bytes

import msgspec
import pytest

from refute.characters import one_line
from refute.ledger import Bench, Measured, ReadingRecord
from refute.plugin.checks import code_of, line_of
from refute.plugin.collecting import ClaimClass, case_of
from refute.plugin.conditions import condition
from refute.plugin.payloads import Missing, Outline, Payload, SkippedFile
from refute.plugin.results import Result
from refute.plugin.settings import Settings
from refute.prose.reasons import why_rejected, why_skipped
from refute.suite import WrittenClaim, suite_of, written_claims

SOURCES = "its sources"
"""The name used instead of a reading's if nothing is run."""


def rejected(claim: ClaimClass, settings: Settings) -> Missing | None:
    """What is reported of a claim with mistakes; ``None`` if it has none or cannot be listed."""
    if not claim.mistakes or not claim.can_be_listed:
        return None
    outline = _outline(claim, settings)
    listed = msgspec.structs.replace(  # without what may be among the mistakes
        outline,
        statement=outline.statement or outline.id,
        correction=None,
        depends=None,
        documentary=None,
        citations=[],
    )
    return Missing(listed, why_rejected("; ".join(claim.mistakes)))


def skipped(
    file: pytest.Module, report: pytest.CollectReport, settings: Settings
) -> SkippedFile | None:
    """What is reported of a file that was skipped; ``None`` if it has no claims."""
    written = written_claims(file.path)
    if not written:
        return None
    suite, reason = suite_of(file.path), _reason(report)
    return SkippedFile(
        file.nodeid,
        reason,
        [claim.name for claim in written],
        [
            Missing(_outline_of_written(claim, file, settings), why_skipped(reason))
            for claim in written
            if suite.can_have(claim.id)
        ],
    )


def _reason(report: pytest.CollectReport) -> str:
    """Why a file was skipped."""
    assert isinstance(report.longrepr, tuple)
    _, _, said = report.longrepr
    _, _, reason = one_line(said).partition(": ")  # after the type of the exception
    return reason.rstrip(".") or "no reason given"


def _outline_of_written(claim: WrittenClaim, file: pytest.Module, settings: Settings) -> Outline:
    nodeid = f"{file.nodeid}::{claim.name}"
    return Outline(
        id=claim.id,
        statement=claim.statement or claim.id,
        correction=None,
        depends=None,
        documentary=None,
        citations=[],
        path=quote_from_bytes(os.fsencode(file.path)),
        location=f"{file.nodeid}:{claim.line}",
        nodeid=nodeid,
        command=_command(nodeid, settings),
        cases=[SOURCES],  # some, so that the claim is not complete
    )


def payload(
    item: pytest.Item,
    claim: ClaimClass,
    result: Result,
    settings: Settings,
    notes: list[str],
    bench: Bench | None,
) -> Payload:
    """What an item reports once it has a result."""
    record = reading_record(item, claim, result, settings)
    return Payload(_outline(claim, settings), record, notes, bench)


def _outline(claim: ClaimClass, settings: Settings) -> Outline:
    cases = [str(case.name) for check in claim.checks for case in check.cases]
    return Outline(
        id=claim.info.id,
        statement=claim.statement,
        correction=claim.info.correction,
        depends=claim.info.depends,
        documentary=claim.info.documentary,
        citations=claim.citations,
        path=quote_from_bytes(os.fsencode(claim.path)),
        location=_location(claim, claim.obj),
        nodeid=claim.nodeid,
        command=_command(claim.nodeid, settings),
        cases=cases or [SOURCES],
    )


def reading_record(
    item: pytest.Item, claim: ClaimClass, result: Result, settings: Settings
) -> ReadingRecord:
    """A reading or control with its result; made once, although it is judged and then reported."""
    if result.record is None:
        result.record = _reading_record(item, claim, result, settings)
    return result.record


def _reading_record(
    item: pytest.Item, claim: ClaimClass, result: Result, settings: Settings
) -> ReadingRecord:
    case = case_of(item)
    check = next((check for check in claim.checks if case in check.cases), None)
    published = None if case is None else case.published
    return ReadingRecord(
        name=SOURCES if case is None else case.name,
        check="sources" if check is None else check.name,
        role="reading" if case is None else case.role,
        conditions={} if case is None else {k: condition(v) for k, v in case.conditions.items()},
        published=published,  # type: ignore[arg-type]
        outcome=None if result.outcome is None else result.outcome.value,
        evidence=result.evidence,
        error=result.error,
        duration=round(result.duration, 3),
        nodeid=item.nodeid,
        location=_location(claim, claim.obj if check is None else check.function),
        command=_command(item.nodeid, settings),
        code="" if check is None else code_of(check.function),
        reused=result.reused,
        of="sense" if case is None else case.of,  # type: ignore[arg-type]
    )


def _location(claim: ClaimClass, obj: Any) -> str:
    return f"{claim.nodeid.partition('::')[0]}:{line_of(obj)}"


def _command(nodeid: str, settings: Settings) -> str:
    words = ["pytest", nodeid, "--refute-seed", str(settings.seed)]
    if settings.effort != "default":
        words += ["--refute-effort", settings.effort]
    # Reproducing a number means measuring it, not looking it up.
    return shlex.join([*words, "--refute-fresh"])


def where_it_broke(payload: Payload, seed: int) -> str:
    """For a reader of a failure: the claim, and how to reproduce it."""
    claim, reading = payload.outline, payload.reading
    return (
        f"{claim.id}: {claim.statement}\n{reading.role} “{reading.name}” broke: an error is never "
        f"a verdict\n{how_to_reproduce(reading, seed)}"
    )


def how_to_reproduce(reading: ReadingRecord, seed: int) -> str:
    """The seed of a number, and the command that measures it again."""
    return f"seed {seed}; reproduce with: {reading.command}"


def leave_properties(item: pytest.Item, report: pytest.TestReport, payload: Payload) -> None:
    """For JUnit and similar formats: the claim, the outcome and the number, and nothing else.  The
    properties are put on the item and on its report, because JUnit's writer reads those of the last
    report.  An interval is JSON, ``[1.9,2.3]``; a missing bound is ``"inf"`` or ``"-inf"``.
    """
    record = payload.reading
    properties: list[tuple[str, object]] = [
        ("claim", payload.outline.id),
        ("outcome", "error" if record.outcome is None else record.outcome),
    ]
    if isinstance(evidence := record.evidence, Measured):
        interval = msgspec.json.encode([evidence.low, evidence.high]).decode()
        properties += [("estimate", evidence.estimate), ("interval", interval)]
    item.user_properties += properties
    report.user_properties += properties
