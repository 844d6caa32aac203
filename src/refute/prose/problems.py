"""What fails a run and what a reader must know, in words; `refute.decision` has the rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from refute.decision.published import Standing
from refute.ledger import ClaimRecord, Ledger, ReadingRecord
from refute.prose.bench import disagreements
from refute.prose.evidence import in_words

LOG = Path("docs", "corrections.md")
"""Where a project logs published outcomes that it had to change, if it keeps a log."""


def expected(reading: ReadingRecord) -> str:
    """The outcome that the author stands by, and the measured one."""
    return f"expected: {reading.published}; here: {reading.outcome}"


def what_to_do(project: Path) -> str | None:
    """Where a project says what to do about an outcome that is not as expected."""
    return f"{LOG} says what to do" if (project / LOG).is_file() else None


def problems(ledger: Ledger) -> list[str]:
    """What makes a run fail: a broken bench or check, a control that does not flip, and so on."""
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
    """What a reader must know, but fails only a strict run."""
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
    """The error of the first reading or control that broke, on a line of its own."""
    broken = next((reading for reading in claim.readings if reading.error), None)
    return "" if broken is None else f"\n  “{broken.name}” {in_words(broken)}"


def timed_readings(ledger: Ledger) -> bool:
    """Whether anything was timed."""
    return any(reading.timed for _, reading in _readings(ledger))


def _readings(ledger: Ledger) -> Iterator[tuple[ClaimRecord, ReadingRecord]]:
    for claim in ledger.claims:
        for reading in claim.role("reading"):
            yield claim, reading
