"""What fails a run, and what else a reader must know; `refute.decision` has the rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from refute.decision.published import Standing
from refute.ledger import ClaimRecord, Ledger, ReadingRecord
from refute.prose.bench import disagreements
from refute.prose.evidence import in_words

LOG = Path("docs", "corrections.md")
"""Where a project logs changes of published outcomes, if it does."""


def expected(reading: ReadingRecord) -> str:
    """The published outcome and the measured one."""
    return f"expected: {reading.published}; here: {reading.outcome}"


def what_to_do(project: Path) -> str | None:
    """Points to the project's own instructions for an unexpected outcome; ``None`` without any."""
    return f"{LOG} says what to do" if (project / LOG).is_file() else None


def problems(ledger: Ledger) -> list[str]:
    """What makes a run fail, such as a broken check or a control that does not flip."""
    return [
        *(f"BENCH: {line}" for line in disagreements(ledger.run.bench)),
        *(
            f"NO VERDICT: {claim.id}: {claim.why}{_what_broke(claim)}\n  {claim.command}"
            for claim in ledger.claims
            if claim.verdict == "NO VERDICT"
        ),
        *(
            f"NOT AS EXPECTED: {claim.id}: “{reading.name}”: {expected(reading)}: "
            f"{in_words(reading)}\n  {reading.command}"
            for claim, reading in _readings(ledger)
            if reading.standing is Standing.CONTRADICTED
        ),
    ]


def doubts(ledger: Ledger) -> list[str]:
    """What a reader must know, although only a strict run fails because of it."""
    return [
        *(
            f"UNDECIDED: {claim.id}: “{reading.name}”: {expected(reading)}: {in_words(reading)}"
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
            f"DECIDED: {claim.id}: “{reading.name}”: {expected(reading)}: {in_words(reading)}"
            for claim, reading in _readings(ledger)
            if reading.standing is Standing.SETTLED
        ),
        *(
            f"DIFFERS ON THIS MACHINE: {claim.id}: “{reading.name}”: {expected(reading)}: "
            f"{in_words(reading)}"
            for claim, reading in _readings(ledger)
            if reading.standing is Standing.DIFFERS_HERE
        ),
    ]


def _what_broke(claim: ClaimRecord) -> str:
    """The error of the first broken reading or control, on its own line."""
    broken = next((reading for reading in claim.readings if reading.error), None)
    return "" if broken is None else f"\n  “{broken.name}” {in_words(broken)}"


def timed_readings(ledger: Ledger) -> bool:
    """Whether anything was timed."""
    return any(reading.timed for _, reading in _readings(ledger))


def _readings(ledger: Ledger) -> Iterator[tuple[ClaimRecord, ReadingRecord]]:
    for claim in ledger.claims:
        for reading in claim.role("reading"):
            yield claim, reading
