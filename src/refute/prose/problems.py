"""What a run measured against what is published: what fails it, and what a reader must hear of."""

from __future__ import annotations

from collections.abc import Iterator

from refute.ledger import ClaimRecord, Ledger, Measured, ReadingRecord
from refute.prose.evidence import in_words

WHAT_TO_DO = "docs/corrections.md says what to do"
"""An outcome that differs is looked into; one that is published anew leaves an entry there."""


def problems(ledger: Ledger) -> list[str]:
    """What makes a run fail: broken checks, controls that do not flip, changed outcomes."""
    return [
        *(
            f"NO VERDICT: {claim.id}: {claim.why}\n  {claim.command}"
            for claim in ledger.claims
            if claim.verdict == "NO VERDICT"
        ),
        *(
            f"CHANGED: {claim.id}: “{reading.name}” is published as {reading.published} and "
            f"{reading.outcome} here: {in_words(reading)}\n  {reading.command}\n"
            f"  {WHAT_TO_DO}"
            for claim, reading in _readings(ledger)
            if contradicts(reading)
        ),
    ]


def doubts(ledger: Ledger) -> list[str]:
    """What a reader must hear of, and fails only a strict run."""
    return [
        *(
            f"UNDECIDED: {claim.id}: “{reading.name}” is published as {reading.published}: "
            f"{in_words(reading)}"
            for claim, reading in _readings(ledger)
            if reading.outcome == "undecided" and reading.published not in (None, "undecided")
        ),
        *(
            f"UNDECIDED CONTROL: {claim.id}: “{control.name}”: {in_words(control)}"
            for claim in ledger.claims
            for control in claim.role("control")
            if control.outcome == "undecided"
        ),
        *(
            f"DECIDED: {claim.id}: “{reading.name}” is published as undecided and "
            f"{reading.outcome}: {in_words(reading)}"
            for claim, reading in _readings(ledger)
            if reading.published == "undecided" and reading.outcome in ("holds", "fails")
        ),
        *(
            f"DIFFERS ON THIS MACHINE: {claim.id}: “{reading.name}” is published as "
            f"{reading.published} and {reading.outcome} here: {in_words(reading)}"
            for claim, reading in _readings(ledger)
            if differs_here(reading)
        ),
    ]


def contradicts(reading: ReadingRecord) -> bool:
    """Whether a reading measured the opposite of what is published."""
    return _opposite(reading) and not _timed(reading)


def differs_here(reading: ReadingRecord) -> bool:
    """Whether a timed reading came out otherwise on this machine: no change of verdict."""
    return _opposite(reading) and _timed(reading)


def timed_readings(ledger: Ledger) -> bool:
    """Whether anything was timed."""
    return any(_timed(reading) for _, reading in _readings(ledger))


def _opposite(reading: ReadingRecord) -> bool:
    return {reading.published, reading.outcome} == {"holds", "fails"}


def _timed(reading: ReadingRecord) -> bool:
    return isinstance(reading.evidence, Measured) and reading.evidence.timed


def _readings(ledger: Ledger) -> Iterator[tuple[ClaimRecord, ReadingRecord]]:
    for claim in ledger.claims:
        for reading in claim.role("reading"):
            yield claim, reading
