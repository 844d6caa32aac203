"""Findings are short, and say no more than was measured."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import replace

from refute.decision.regions import Region
from refute.ledger import (
    ArmRecord,
    Cited,
    ClaimRecord,
    Measured,
    NotMeasured,
    QuantityRecord,
    ReadingRecord,
)
from refute.prose.results import claimed, decided, result_in_words
from refute.wording import slower
from tests.make import claim, measured, quantity, reading


def of(region: Region, centre: float, **more: float) -> ReadingRecord:
    outcome, evidence = measured(region, centre, quantity=STEPS, **more)
    return reading("r", outcome, evidence)


STEPS = quantity("ratio", "steps to loss 0.1", "with dropout 0.5", "in the usual setting")


def test_what_a_budget_cut_off_is_at_least_that() -> None:
    found = result_in_words(of(slower(), 40.0, spread=2.0, capped=5))
    assert found.startswith("at least ")


def test_a_long_name_says_once_what_its_arms_share() -> None:
    def words(setting: str) -> str:
        arms = [ArmRecord(f"{units} units {setting}", setting) for units in ("revived", "dead")]
        outcome, evidence = measured(slower(), 2.0)
        unlike = QuantityRecord("ratio", "", "", arms)
        return result_in_words(reading("r", outcome, replace(evidence, quantity=unlike)))

    setting = "with 20 hidden layers of 100, He normal weights and Adam at learning rate 0.003"
    assert words(setting).startswith(f"revived / dead units {setting}: 2")
    assert words("with Adam").startswith("revived units with Adam / dead units with Adam: 2")


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (NotMeasured("timing was\n  off"), "not measured: timing was off"),
        (Cited("the paper, 2"), "cited, not measured: the paper, 2"),
        (None, "not measured: it has not run"),
    ],
)
def test_what_was_not_measured_says_what_it_is(
    evidence: NotMeasured | Cited | None, words: str
) -> None:
    assert result_in_words(reading("r", "holds", evidence)) == words
    assert claimed(reading("r", "holds", evidence)) is None


def test_a_broken_reading_has_no_finding() -> None:
    assert result_in_words(reading("r", None, None, error="boom")) == "broke: no verdict"


# --- the count that decided ----------------------------------------------------------------


def verdict(name: str, *readings: ReadingRecord) -> ClaimRecord:
    return claim("q/c", name, readings)


def test_if_nothing_was_decided_the_recorded_reason_is_given() -> None:
    assert decided(verdict("UNDECIDED", of(slower(), 1.1, n=512))) is None
    assert decided(verdict("NO VERDICT")) is None


def test_infinite_ends_are_shown_as_such() -> None:
    evidence = of(slower(), 40.0, spread=2.0, capped=32).evidence
    assert isinstance(evidence, Measured)
    assert math.isinf(float(evidence.high))
    assert "to ∞ in" in result_in_words(reading("r", "holds", evidence))
