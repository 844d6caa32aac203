"""CTRF, the Common Test Report Format (ctrf.io): a test for each reading and control.

As in pytest's own report, a test passes if its outcome is the published one.  The verdict does not
matter: a claim published as refuted passes if it is refuted again.  An undecided reading is
skipped.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from refute.decision.published import Standing
from refute.grading.folder import Material
from refute.ledger import ClaimRecord, Ledger, Measured, ReadingRecord
from refute.prose.evidence import in_words

SPECIFICATION = "0.0.0"
STATUSES = ("passed", "failed", "skipped", "pending", "other")
_IDS = uuid5(NAMESPACE_URL, "https://github.com/ctrf-io/ctrf#refute")


def render(material: Material) -> bytes:
    """The report."""
    return msgspec.json.format(msgspec.json.encode(_report(material.ledger)), indent=2) + b"\n"


def _report(ledger: Ledger) -> dict[str, Any]:
    run = ledger.run
    start = _milliseconds(run.started)
    stop = _milliseconds(run.finished) if run.finished else start
    tests = [_test(claim, reading) for claim in ledger.claims for reading in claim.readings]
    counted = Counter(test["status"] for test in tests)
    report: dict[str, Any] = {
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "reportId": str(_id(msgspec.json.encode(ledger).decode())),
        "generatedBy": "refute",
        "results": {
            "tool": {"name": "refute", **_version(ledger)},
            "summary": {
                "tests": len(tests),
                **{status: counted[status] for status in STATUSES},
                "suites": len({claim.question for claim in ledger.claims}),
                "start": start,
                "stop": max(start, stop),
                "extra": {"verdicts": _verdicts(ledger), "partial": run.partial},
            },
            "tests": tests,
            "environment": {
                "testEnvironment": run.device,
                "extra": {
                    "seed": run.seed,
                    "effort": run.effort,
                    "workers": run.workers,
                    "command": run.command,
                    **run.environment,
                },
            },
        },
    }
    if run.finished:
        report["timestamp"] = run.finished
    return report


def _version(ledger: Ledger) -> dict[str, str]:
    version = ledger.run.environment.get("refute")
    return {"version": version} if version else {}


def _verdicts(ledger: Ledger) -> dict[str, int]:
    return dict(Counter(claim.final_verdict.value for claim in ledger.claims))


def _test(claim: ClaimRecord, reading: ReadingRecord) -> dict[str, Any]:
    path, _, line = reading.location.rpartition(":")
    extra: dict[str, Any] = {
        "claim": claim.id,
        "verdict": claim.verdict,
        "role": reading.role,
        "of": reading.of,
        "published": reading.published,
        "outcome": reading.outcome,
        "found": in_words(reading),
        "command": reading.command,
    }
    if isinstance(reading.evidence, Measured):
        extra["estimate"] = reading.evidence.estimate
        extra["interval"] = [reading.evidence.low, reading.evidence.high]
    test: dict[str, Any] = {
        "id": str(_id(reading.nodeid)),
        "name": f"{claim.id}: {reading.name}",
        "status": (status := _status(claim, reading)),
        "duration": round(reading.duration * 1000),
        "suite": [claim.question, claim.id],
        "rawStatus": reading.outcome or "error",
        "tags": [claim.question, reading.role],
        "extra": extra,
    }
    if status != "passed":
        test["message"] = f"{claim.statement} {in_words(reading)}"
    if reading.error:
        test["trace"] = reading.error
    if path and line.isdecimal():
        test |= {"filePath": path, "line": int(line)}
    return test


def _status(claim: ClaimRecord, reading: ReadingRecord) -> str:
    if reading.outcome is None:
        return "failed" if reading.error else "pending"
    if reading.outcome == "undecided":
        return "skipped"
    if reading.standing is Standing.CONTRADICTED:
        return "failed"
    if reading.role == "control" and claim.reported.flips(reading.judged) is False:
        return "failed"
    return "passed"


def _id(text: str) -> UUID:
    """An id made from the text alone, so that the reports of two runs can be compared."""
    return uuid5(_IDS, text)


def _milliseconds(moment: str) -> int:
    try:
        return round(datetime.fromisoformat(moment).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0
