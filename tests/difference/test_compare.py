"""What counts as changed between two runs, and what does not."""

import numpy as np
import pytest
from msgspec.structs import replace

from refute.decision.counts import decide
from refute.decision.samples import Sample
from refute.difference.compare import Fact, Numbers, compare
from refute.ledger import NotMeasured
from refute.plugin.evidence import measured as evidence_of
from refute.wording import roughly
from tests import make
from tests.difference.runs import FOUND, OTHER, Suite, numbers, on, run
from tests.report import hand_made


def only(difference):
    (claim,) = difference.claims
    return claim


def test_a_run_does_not_differ_from_itself():
    ledger = make.ledger(hand_made.one_of_everything())

    difference = compare(ledger, ledger)

    assert difference.same_run
    assert not difference.changed
    assert (difference.facts, difference.claims, difference.added, difference.removed) == ((),) * 4
    assert difference.numbers[Numbers.MOVED] == difference.numbers[Numbers.OVERLAPPING] == 0
    assert difference.numbers[Numbers.SAME] > 5


def test_a_verdict_that_changed_comes_with_the_reading_that_changed_it():
    old = Suite().ledger(OTHER)
    new = Suite(outcome="fails", evidence=FOUND, verdict="REFUTED").ledger(OTHER)

    difference = compare(old, new)

    claim = only(difference)
    assert (claim.id, claim.verdict_changed, claim.counts) == ("dropout/slower", True, True)
    assert [change.new.name for change in claim.outcomes] == ["rate 0.5"]
    assert difference.changed
    assert difference.compared == {"dropout/slower", "init/other"}


def test_a_changed_outcome_counts_even_if_the_verdict_stays():
    old = Suite(outcome="holds", verdict="DEPENDS").ledger()
    new = Suite(outcome="undecided", verdict="DEPENDS").ledger()

    difference = compare(old, new)

    assert not only(difference).verdict_changed
    assert difference.changed


def test_a_reading_that_broke_is_a_change():
    difference = compare(
        Suite().ledger(), Suite(outcome=None, evidence=None, verdict="NO VERDICT").ledger()
    )

    assert only(difference).counts


# --- numbers -------------------------------------------------------------------------------


def moved(old, new):
    difference = compare(Suite(evidence=old).ledger(), Suite(evidence=new).ledger())
    return [kind for kind, count in difference.numbers.items() if count]


def test_intervals_that_share_no_point_moved():
    assert moved(numbers(2.0), numbers(2.6)) == [Numbers.MOVED]
    assert moved(numbers(2.6), numbers(2.0)) == [Numbers.MOVED]


def test_intervals_that_touch_did_not_move():
    old = numbers(2.0)
    new = replace(old, low=old.high, high=old.high + 1, estimate=old.high + 0.5, values=[1.0])
    assert moved(old, new) == [Numbers.OVERLAPPING]
    assert moved(old, replace(new, low=old.high + 1e-6)) == [Numbers.MOVED]


def test_an_unbounded_interval_overlaps_everything_above_its_start():
    old = replace(numbers(2.0), high="inf")
    assert moved(old, numbers(50.0)) == [Numbers.OVERLAPPING]
    assert moved(old, numbers(0.5)) == [Numbers.MOVED]


def test_other_seeds_move_no_interval_though_estimates_leave_the_narrower_one():
    """The reason for the definition: 512 replicates against 32 of the same quantity."""
    outside = 0
    for seed in range(60):
        generator = np.random.default_rng(seed)
        few, many = (
            evidence_of(make.OUTPUTS, roughly(2), decide(sample, roughly(2)), sample)
            for sample in (
                Sample.exactly(np.exp(generator.standard_normal(n) * 0.4) * 2) for n in (32, 512)
            )
        )
        outside += not many.low <= few.estimate <= many.high
        assert moved(many, few) == [Numbers.OVERLAPPING]
    assert outside > 5  # what "its estimate left the other's interval" would call moved


def test_equal_replicates_are_the_same_number():
    assert moved(numbers(2.0), numbers(2.0)) == [Numbers.SAME]


def test_numbers_of_different_quantities_are_not_compared_but_noted():
    old, new = numbers(2.0, what="steps"), numbers(9.0, what="epochs")
    difference = compare(Suite(evidence=old).ledger(), Suite(evidence=new).ledger())

    assert not any(difference.numbers.values())
    (reading,) = only(difference).readings
    assert (reading.numbers, reading.asked, reading.moved) == (None, ("quantities",), False)


# --- times ---------------------------------------------------------------------------------


TIMED = Suite(evidence=numbers(2.0, timed=True)).ledger()
SLOWER = Suite(outcome="fails", evidence=numbers(1.0, timed=True), verdict="REFUTED").ledger()


@pytest.mark.parametrize(
    "elsewhere",
    [
        on(SLOWER, cpu="Another Processor"),
        on(SLOWER, platform="Another System"),
        run(SLOWER, device="cuda"),
    ],
)
def test_a_timed_outcome_on_another_machine_does_not_change_a_verdict(elsewhere):
    difference = compare(TIMED, elsewhere)

    claim = only(difference)
    assert claim.verdict_changed
    assert not claim.counts
    assert not difference.changed
    assert claim.readings[0].on_another_machine


def test_on_the_same_machine_a_timed_outcome_counts_whatever_the_library():
    assert compare(TIMED, SLOWER).changed
    assert compare(TIMED, on(SLOWER, torch="3.0")).changed


def test_measured_outcomes_count_on_another_machine():
    old, new = Suite().ledger(), Suite(outcome="fails", verdict="REFUTED").ledger()
    assert compare(old, on(new, cpu="Another Processor")).changed


def test_a_reading_that_one_run_did_not_measure_does_not_change_a_verdict():
    skipped = Suite(
        outcome="undecided", evidence=NotMeasured("timing is switched off"), verdict="UNDECIDED"
    ).ledger()

    for old, new in ((TIMED, skipped), (skipped, TIMED)):
        difference = compare(old, new)
        assert only(difference).verdict_changed
        assert not difference.changed


def test_a_new_reading_that_turns_the_verdict_counts_beside_times_that_do_not():
    extra = make.reading("rate 0.1", "holds", FOUND)
    elsewhere = on(SLOWER, cpu="Another Processor")
    (claim,) = elsewhere.claims
    turned = replace(claim, verdict="DEPENDS", readings=[*claim.readings, extra])

    assert not compare(TIMED, elsewhere).changed
    assert compare(TIMED, replace(elsewhere, claims=[turned])).changed


def test_times_are_counted_separately_from_numbers():
    difference = compare(TIMED, SLOWER)

    assert not any(difference.numbers.values())
    assert difference.times[Numbers.MOVED] == 1


# --- what added and removed --------------------------------------------------------------------


def test_claims_are_added_and_removed():
    without, with_ = Suite().ledger(), Suite().ledger(OTHER)

    assert [claim.id for claim in compare(without, with_).added] == ["init/other"]
    assert [claim.id for claim in compare(with_, without).removed] == ["init/other"]
    assert not compare(with_, without).changed


@pytest.mark.parametrize("state", [{"partial": True}, {"finished": None}])
def test_a_claim_that_a_partial_run_left_out_is_not_removed(state):
    whole, part = Suite().ledger(OTHER), run(Suite().ledger(), **state)

    for difference in (compare(whole, part), compare(part, whole)):
        assert (difference.added, difference.removed) == ((), ())
        assert difference.not_run == ("init/other",)


def test_added_and_removed_readings_come_with_the_verdict_they_changed():
    extra = make.reading("rate 0.1", "fails", FOUND)
    old = Suite().ledger()
    new = Suite().ledger(readings=[*Suite().claim().readings, extra], verdict="DEPENDS")

    claim = only(compare(old, new))
    assert [reading.name for reading in claim.added] == ["rate 0.1"]
    assert claim.counts
    assert [reading.name for reading in only(compare(new, old)).removed] == ["rate 0.1"]


def test_an_unfinished_claim_is_not_compared():
    old = Suite().ledger()
    new = run(
        Suite(outcome="fails").ledger(
            complete=False, verdict=None, readings=[Suite(outcome="holds").reading()]
        ),
        partial=True,
    )

    for difference in (compare(old, new), compare(new, old)):
        assert difference.not_run == ("dropout/slower",)
        assert difference.compared == frozenset()
        assert difference.claims == ()


# --- what was asked ------------------------------------------------------------------------


def test_other_conditions_other_words_and_other_publications_are_noted():
    old = Suite().ledger()
    (reading,) = only(compare(old, Suite(conditions="0.2").ledger())).readings
    assert reading.asked == ("conditions",)
    (reading,) = only(compare(old, Suite(published="fails").ledger())).readings
    assert reading.published_changed
    assert only(compare(old, Suite().ledger(statement="Other words."))).reworded


def test_memory_addresses_do_not_count_as_conditions():
    old, new = (Suite(conditions=f"<function f at 0x7f{x}>").ledger() for x in ("15d", "2ab"))
    assert compare(old, new).claims == ()


def test_differences_between_the_runs_are_listed():
    old = on(Suite().ledger(), torch="2.13.0", scipy="1.17")
    new = on(run(Suite().ledger(), seed=3, workers=8, effort="quick"), torch="2.14.0")

    assert compare(old, new).facts == (
        Fact("seed", "0", "3"),
        Fact("effort", "default", "quick"),
        Fact("workers", "4", "8"),
        Fact("torch", "2.13.0", "2.14.0"),
        Fact("scipy", "1.17", None),
    )
