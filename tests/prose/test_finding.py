"""Findings are short, and say no more than was measured."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import replace

from refute.decision.regions import Region
from refute.ledger import Cited, ClaimRecord, Measured, NotMeasured, ReadingRecord, Searched
from refute.prose.finding import claimed, count, decided, finding, numbers
from refute.wording import better, far_better, most, roughly, slower
from tests.make import claim, measured, reading


def of(quantity: str, region: Region, centre: float, **more: float) -> ReadingRecord:
    outcome, evidence = measured(region, centre, quantity=quantity, **more)
    return reading("r", outcome, evidence)


def around(reading: ReadingRecord) -> str:
    """The finding with its numbers left out: what it says of them."""
    evidence = reading.evidence
    assert isinstance(evidence, Measured)
    found = finding(reading)
    for number in (evidence.estimate, evidence.low, evidence.high):
        for shown in (f"{float(number):.3g}", f"{-float(number):.3g}"):
            found = found.replace(shown, "#")
    return found


STEPS = "steps to loss 0.1 with dropout 0.5 / steps to loss 0.1 in the usual setting"
TIMES = "time of step of wide network with dropout / time of step of wide network"
LOSS = "log loss of 10 passes with dropout / log loss of ordinary prediction with dropout"
ACCURACY = "test accuracy, smallest 80% zeroed, in the usual setting − test accuracy with tanh"


def test_ratios_say_times_of_what_both_arms_share() -> None:
    assert (
        around(of(STEPS, roughly(2), 2.03))
        == "# times as many steps to loss 0.1 (# to # in 64 pairs)"
    )
    assert around(of(TIMES, slower(), 1.53)) == "# times as long (# to # in 64 pairs)"
    assert around(of(LOSS, roughly(2), 2.03)) == "# times the log loss (# to # in 64 pairs)"


@pytest.mark.parametrize(
    ("centre", "words"),
    [
        (0.85, "test accuracy higher by # (# to # in 64 pairs)"),
        (-0.85, "test accuracy lower by # (# to # in 64 pairs)"),
    ],
)
def test_differences_say_which_way(centre: float, words: str) -> None:
    assert around(of(ACCURACY, far_better(), centre)) == words


def test_a_difference_that_may_be_none_is_not_called_higher_or_lower() -> None:
    evidence = of(ACCURACY, better(), 0.5).evidence
    assert isinstance(evidence, Measured)

    either = replace(evidence, low=-0.01, high=0.02, estimate=0.005)
    assert finding(reading("r", "fails", either)) == (
        "test accuracy differs by 0.005 (−0.01 to 0.02 in 64 pairs)"
    )
    none = replace(evidence, low=0.0, high=0.0, estimate=0.0)
    assert finding(reading("r", "fails", none)) == "no difference in test accuracy in 64 pairs"


@pytest.mark.parametrize(
    "quantity",
    [
        "distance from mean 0, 20 layers with SELU and variance 0.5 / fan_in normal weights",
        "log10 of gradient at the first layer / at the last with tanh",
    ],
)
def test_a_sign_within_a_description_makes_no_ratio(quantity: str) -> None:
    found = finding(of(quantity, roughly(2), 2.0))
    assert "times" not in found
    assert "64 replicates" in found
    assert quantity.startswith(found.split(" 2", 1)[0].split(" 1.9", 1)[0])


def test_shares_are_counts_of_those_drawn() -> None:
    evidence = of("share of networks that diverge", most(), 0.9).evidence
    assert isinstance(evidence, Measured)
    so = sum(one == 1 for one in evidence.values)
    assert finding(reading("r", "holds", evidence)).startswith(f"so in {so} of 64 drawn (")
    assert count(reading("r", "holds", evidence)).startswith(f"it is not so in {64 - so} of 64; ")


def test_what_a_budget_cut_off_is_at_least_that() -> None:
    found = finding(of(STEPS, slower(), 40.0, spread=2.0, capped=5))
    assert found.startswith("at least ")


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (Searched("every", 100, 0), "no counterexample in 100 examples"),
        (Searched("every", 1, 1, counterexample="x=0"), "a counterexample, found in 1 example"),
        (Searched("some", 9, 0, witness="x=1"), "a witness, found in 9 examples"),
        (Searched("no", 9, 0), "no witness in 9 examples"),
        (NotMeasured("timing was\n  off"), "not measured: timing was off"),
        (Cited("the paper, 2"), "cited, not measured: the paper, 2"),
        (None, "not measured: it has not run"),
    ],
)
def test_what_was_not_measured_says_what_it_is(
    evidence: Searched | NotMeasured | Cited | None, words: str
) -> None:
    assert finding(reading("r", "holds", evidence)) == words
    assert claimed(reading("r", "holds", evidence)) is None


def test_what_broke_found_nothing() -> None:
    assert finding(reading("r", None, None, error="boom")) == "broke: no verdict"


def test_beside_its_name_a_quantity_needs_no_words_again() -> None:
    evidence = of(STEPS, roughly(2), 2.03).evidence
    assert isinstance(evidence, Measured)
    assert numbers(evidence).endswith(" in 64 pairs)")
    assert "times (" in numbers(evidence)
    assert "steps" not in numbers(evidence)


# --- the count that decided ----------------------------------------------------------------


def edges(reading: ReadingRecord) -> list[tuple[int, int, int, int]]:
    evidence = reading.evidence
    assert isinstance(evidence, Measured)
    return [(e.wrong, e.within, e.allowed_wrong, e.allowed_within) for e in evidence.edges]


def test_the_count_of_what_holds_is_that_of_its_closest_edge() -> None:
    held = of(STEPS, roughly(2), 2.4)
    (low, _, allowed, _), (high, *_) = edges(held)
    assert low < high <= allowed
    assert count(held) == f"{high} of 64 pairs on the wrong side of 2.7; {allowed} allowed"


def test_the_count_of_what_fails_is_of_those_on_the_claimed_side() -> None:
    failed = of(STEPS, roughly(2), 1.2, n=32)
    (_, within, _, allowed), _ = edges(failed)
    assert (
        count(failed) == f"{within} of 32 pairs on the claimed side of 1.5; up to {allowed} refute"
    )


def test_the_count_of_what_is_open_tells_what_it_missed() -> None:
    open_ = of(STEPS, slower(), 1.1, n=512)
    ((wrong, _, allowed, within),) = edges(open_)
    assert open_.outcome == "undecided"
    assert count(open_) == (
        f"{wrong} of 512 pairs on the wrong side of 1.1: more than the {allowed} allowed, "
        f"fewer than the {512 - within} that refute"
    )


def verdict(name: str, *readings: ReadingRecord) -> ClaimRecord:
    return claim("q/c", name, readings)


def named(name: str, outcome: str, evidence: object) -> ReadingRecord:
    return reading(name, outcome, evidence)


def test_a_verdict_is_one_sentence_with_the_count_that_decided() -> None:
    held, failed = of(STEPS, roughly(2), 2.4), of(STEPS, roughly(2), 1.2, n=32)
    far = named("far", "holds", of(STEPS, roughly(2), 2.03, spread=0.01).evidence)
    near = named("near", "holds", held.evidence)
    small = named("small", "fails", failed.evidence)
    found = named("any", "holds", Searched("every", 100, 0))
    assert decided(verdict("SUPPORTED", held)) == f"It holds: {count(held)}."
    assert decided(verdict("SUPPORTED", far, near, found)) == (
        f"It holds in all 3 readings: in “near”, {count(near)}."
    )
    assert decided(verdict("SUPPORTED", found, found)) == (
        "It holds in both readings: no counterexample in 100 examples, in each."
    )
    assert decided(verdict("REFUTED", small)) == f"It fails: {count(small)}."
    assert decided(verdict("DEPENDS", far, small)) == (
        f"It holds in 1 of 2 readings and fails in 1: in “small”, {count(small)}."
    )


def test_where_nothing_was_decided_the_claims_own_reason_stands() -> None:
    assert decided(verdict("UNDECIDED", of(STEPS, slower(), 1.1, n=512))) is None
    assert decided(verdict("NO VERDICT")) is None


def test_infinite_ends_are_shown_as_such() -> None:
    evidence = of(STEPS, slower(), 40.0, spread=2.0, capped=32).evidence
    assert isinstance(evidence, Measured)
    assert math.isinf(float(evidence.high))
    assert "to ∞ in" in finding(reading("r", "holds", evidence))
