"""The outcome of a reading or control against the expected one: the test passes, fails or skips."""

from __future__ import annotations

import pytest

from refute.claim import Case
from refute.decision.outcome import Outcome
from refute.decision.published import Standing, standing
from refute.decision.verdict import control_flips
from refute.ledger import ReadingRecord
from refute.plugin.checks import CheckInfo
from refute.plugin.collecting import ClaimClass
from refute.plugin.recording import how_to_reproduce
from refute.plugin.settings import Settings
from refute.prose.evidence import in_words
from refute.prose.problems import expected


def judge(claim: ClaimClass, record: ReadingRecord, settings: Settings) -> None:
    """Pass, skip or fail the test item of a reading or control.

    Raises:
        pytest.skip.Exception: undecided; with ``--refute-strict``, this is a failure.
        pytest.fail.Exception: the outcome contradicts the published one, or a control fails to
            flip.
    """
    if record.outcome == "undecided":
        text = _text("undecided", claim, record, settings)
        if settings.strict and record.published != "undecided":
            pytest.fail(text, pytrace=False)
        pytest.skip(text.partition("\n")[2])
    differs = settings.strict and record.standing is Standing.DIFFERS_HERE
    if differs or record.standing is Standing.CONTRADICTED:
        said = f"not as {expected(record)}"
        pytest.fail(_text(said, claim, record, settings), pytrace=False)
    if record.role == "control":
        _judge_control(claim, record, settings)


def _judge_control(claim: ClaimClass, record: ReadingRecord, settings: Settings) -> None:
    check = next(check for check in claim.checks if check.name == record.check)
    outcomes = _outcomes_of_readings(claim, check)
    differs = any(
        standing(outcome, _published(case), timed=record.timed) is Standing.DIFFERS_HERE
        for outcome, case in zip(outcomes, check.readings, strict=True)
    )
    assert record.outcome is not None
    if control_flips(Outcome(record.outcome), outcomes, differs=differs) is False:
        said = f"the control does not flip: it {record.outcome}, like the readings of its check"
        pytest.fail(_text(said, claim, record, settings), pytrace=False)


def _outcomes_of_readings(claim: ClaimClass, check: CheckInfo) -> list[Outcome | None]:
    """The outcomes of the check's readings, or nothing if one broke; for a reading that has not run
    here, the published one.
    """
    measured = {name: result.outcome for name, result in claim.results.items()}
    return [measured.get(case.name, _published(case)) for case in check.readings]


def _published(case: Case) -> Outcome:
    assert case.published is not None
    return Outcome(case.published)


def _text(said: str, claim: ClaimClass, record: ReadingRecord, settings: Settings) -> str:
    return (
        f"{said}\n"
        f"{claim.info.id}: {claim.statement}\n"
        f"{record.role} “{record.name}”: {in_words(record)}\n"
        f"{how_to_reproduce(record, settings.seed)}"
    )
