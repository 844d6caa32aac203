"""One look, several looks, and the traps: ties, open edges, NaN, too few replicates, caps."""

from fractions import Fraction

import numpy as np
import pytest

from refute.decision.counts import EdgeCount, decide, settle
from refute.decision.outcome import Outcome
from refute.decision.regions import Edge, Region
from refute.decision.samples import MeasurementError, Sample
from refute.decision.table import QUICK_TABLE, TABLE, Table

HOLDS, FAILS, UNDECIDED = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDECIDED
AT_LEAST_ZERO = Region("at least 0", low=Fraction(0))
ABOVE_ZERO = Region("> 0", low=Fraction(0), low_open=True)


def some(below: int, on: int, above: int) -> Sample:
    return Sample.exactly(np.repeat([-1.0, 0.0, 1.0], [below, on, above]))


# --- one look ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "below", "outcome"),
    [
        *[(24, 1, HOLDS), (24, 2, UNDECIDED), (24, 22, UNDECIDED), (24, 23, FAILS)],
        *[(32, 3, HOLDS), (32, 4, UNDECIDED), (32, 28, UNDECIDED), (32, 29, FAILS)],
    ],
)
def test_at_most_one_of_24_and_three_of_32_on_the_wrong_side_settle_an_edge(n, below, outcome):
    assert decide(some(below, 0, n - below), AT_LEAST_ZERO).outcome is outcome


def test_a_region_holds_when_every_edge_is_settled_inside_and_fails_when_one_is_beyond():
    unit = Region("0 to 1", Fraction(0), Fraction(1))
    middle, spread = np.full(32, 0.5), np.repeat([0.5, 2], [20, 12])
    assert decide(Sample.exactly(middle), unit).outcome is HOLDS
    assert decide(Sample.exactly(spread), unit).outcome is UNDECIDED
    assert decide(Sample.exactly(middle + 1), unit).outcome is FAILS
    assert decide(Sample.exactly(middle - 1), unit).outcome is FAILS


def test_ties_on_an_edge_are_inside_where_it_is_closed_and_outside_where_it_is_open():
    zeros = some(0, 32, 0)
    assert decide(zeros, AT_LEAST_ZERO).outcome is HOLDS
    assert decide(zeros, ABOVE_ZERO).outcome is FAILS
    assert decide(zeros, Region("at most 0", high=Fraction(0))).outcome is HOLDS
    assert decide(zeros, Region("< 0", high=Fraction(0), high_open=True)).outcome is FAILS


def test_more_than_zero_is_not_shown_by_zeros_and_a_few_positive_numbers():
    assert decide(some(0, 28, 4), ABOVE_ZERO).outcome is UNDECIDED
    assert decide(some(0, 29, 3), ABOVE_ZERO).outcome is FAILS
    assert decide(some(0, 3, 29), ABOVE_ZERO).outcome is HOLDS


def test_the_count_says_how_many_may_lie_on_either_side_and_how_many_are_allowed():
    (count,) = decide(some(5, 2, 25), AT_LEAST_ZERO).counts
    assert count == EdgeCount(Edge(Fraction(0), "low"), 5, 27, 3, 3)
    assert count.settled is None


def test_the_interval_lies_inside_exactly_when_every_edge_is_settled_inside():
    rng = np.random.default_rng(3)
    region = Region("within 1", Fraction(-1), Fraction(1))
    outcomes = set()
    for _ in range(300):
        decision = decide(Sample.exactly(rng.normal(rng.normal(), 1, 64)), region)
        inside = decision.low >= -1 and decision.high <= 1
        assert (decision.outcome is HOLDS) == inside
        assert decision.low <= decision.estimate <= decision.high
        outcomes.add(decision.outcome)
    assert outcomes == set(Outcome)


# --- ties that floats would decide ---------------------------------------------------------


@pytest.mark.parametrize("per", [60, 100, 300, 360, 1000])
def test_counts_meet_every_edge_as_integers_whatever_floats_would_make_of_it(per):
    """Multiplied in floats, 7/100 of 100 is a shade more than 7."""
    counts = np.arange(per + 1)
    for percent in range(101):
        exact = Edge(Fraction(percent, 100), "low").admits(counts, per)
        assert exact.tolist() == [100 * k >= percent * per for k in range(per + 1)]
        open_ = Edge(Fraction(percent, 100), "high", open=True).admits(counts, per)
        assert open_.tolist() == [100 * k < percent * per for k in range(per + 1)]


def test_accuracies_that_differ_by_exactly_18_of_360_are_at_least_a_twentieth_apart():
    """In floats the difference of the two fractions lies below 0.05 for some, above for others."""
    correct = np.arange(18, 360)
    in_floats = correct / 360 - (correct - 18) / 360
    assert (in_floats < 0.05).any()  # the trap is there
    assert (in_floats > 0.05).any()
    sample = Sample.exactly(np.full(32, 18), per=360)
    assert decide(sample, Region("at least 5 points", low=Fraction(1, 20))).outcome is HOLDS
    more = Region("more than 5 points", low=Fraction(1, 20), low_open=True)
    assert decide(sample, more).outcome is FAILS


def test_an_edge_with_a_long_denominator_overflows_nothing():
    edge = Edge(Fraction(str(0.1 + 0.2)), "low")
    assert edge.admits(np.array([107, 108, 109]), 360).tolist() == [False, False, True]


def test_a_ratio_of_integers_that_equals_an_edge_meets_it():
    for top, bottom, edge in ((11, 10, "11/10"), (770, 700, "11/10"), (700, 770, "10/11")):
        values = np.full(32, top) / np.full(32, bottom)
        closed = Region("at least", low=Fraction(edge))
        open_ = Region("more", low=Fraction(edge), low_open=True)
        assert decide(Sample.exactly(values), closed).outcome is HOLDS
        assert decide(Sample.exactly(values), open_).outcome is FAILS


# --- what no decision may rest on ----------------------------------------------------------


def test_nan_is_an_error_that_names_the_replicate():
    values = np.zeros(32)
    values[7] = np.nan
    with pytest.raises(MeasurementError, match="replicate 7 measured NaN"):
        Sample.exactly(values)
    with pytest.raises(MeasurementError, match="NaN"):
        Sample(np.zeros(32), values)


@pytest.mark.parametrize("n", [0, 1, 31, 33, 100, 1024])
def test_a_number_of_replicates_that_the_table_does_not_have_is_an_error(n):
    with pytest.raises(MeasurementError, match=f"{n} replicates decide nothing"):
        decide(Sample.exactly(np.zeros(n)), AT_LEAST_ZERO)


def test_bounds_out_of_order_or_of_other_lengths_are_errors():
    with pytest.raises(MeasurementError, match="above its upper"):
        Sample(np.ones(32), np.zeros(32))
    with pytest.raises(MeasurementError, match="one lower and one upper"):
        Sample(np.zeros(32), np.zeros(31))


def test_fractions_given_as_counts_are_an_error():
    with pytest.raises(MeasurementError, match="out of 360 must be integers"):
        Sample.exactly(np.full(32, 0.95), per=360)


def test_an_accuracy_given_as_a_proportion_of_replicates_is_an_error():
    most = Region("most", low=Fraction(1, 2), of="proportion")
    with pytest.raises(MeasurementError, match="each must be 0 or 1"):
        decide(Sample.exactly(np.full(32, 0.95)), most)
    with pytest.raises(MeasurementError, match="each must be 0 or 1"):
        decide(Sample.exactly(np.full(32, 1), per=360), most)


def test_regions_that_are_empty_or_endless_are_refused():
    with pytest.raises(ValueError, match="no edge"):
        Region("anything")
    with pytest.raises(ValueError, match="empty"):
        Region("nothing", Fraction(1), Fraction(1))


def test_narrow_types_are_widened_so_that_no_product_overflows():
    sample = Sample.exactly(np.array([True, False]))
    assert sample.lower.dtype == np.int64
    assert Sample.exactly(np.array([1], dtype=np.int32)).integers
    assert not Sample.exactly(np.array([0.5], dtype=np.float32)).integers


# --- capped runs ---------------------------------------------------------------------------


def test_a_run_capped_beyond_an_edge_counts_beyond_it_and_one_capped_before_it_counts_nowhere():
    slow = Region("at most 10", high=Fraction(10))
    late, early = np.full(32, 20.0), np.full(32, 5.0)
    never = np.full(32, np.inf)
    assert decide(Sample(late, never), slow).outcome is FAILS
    assert decide(Sample(early, never), slow).outcome is UNDECIDED
    assert decide(Sample.exactly(early), slow).outcome is HOLDS


def test_four_replicates_of_unknown_side_are_too_many_for_either_answer():
    for side in (1.0, -1.0):
        lower = np.full(32, side)
        upper = lower.copy()
        lower[:4], upper[:4] = -np.inf, np.inf
        sample = Sample(lower, upper)
        assert sample.capped == 4
        decision = decide(sample, AT_LEAST_ZERO)
        assert decision.outcome is UNDECIDED
        (count,) = decision.counts
        assert count.wrong + count.within == 32 + 4


def test_replicates_of_unknown_side_count_against_both_sides_of_a_proportion():
    most = Region("most", low=Fraction(1, 2), of="proportion")
    for known in (0, 1):
        lower, upper = np.full(32, known), np.full(32, known)
        assert decide(Sample(lower, upper), most).outcome is (HOLDS if known else FAILS)
        lower[:4], upper[:4] = 0, 1
        assert decide(Sample(lower, upper), most).outcome is UNDECIDED


def test_an_estimate_between_two_infinities_is_not_a_number_that_nobody_measured():
    values = np.repeat([-np.inf, np.inf], 16)
    decision = decide(Sample.exactly(values), AT_LEAST_ZERO)
    assert (decision.estimate, decision.low, decision.high) == (-np.inf, -np.inf, np.inf)


# --- proportions ---------------------------------------------------------------------------


def test_the_middle_share_uses_the_table_and_others_the_binomial_tail_of_the_same_level():
    assert [TABLE.allowed(n) for n in (24, 32, 64, 128, 256, 512)] == [1, 3, 13, 37, 90, 203]
    assert (
        TABLE.allowed(32, Fraction(1, 100)) == -1
    )  # even 0 of 32 is likely where 1 in 100 is usual
    assert (
        TABLE.allowed(32, Fraction(9, 10)) > TABLE.allowed(32) > TABLE.allowed(32, Fraction(1, 3))
    )


def test_a_share_of_one_is_refuted_by_one_miss_and_shown_by_no_number_of_hits():
    always = Region("always", low=Fraction(1), of="proportion")
    assert decide(Sample.exactly(np.ones(512, dtype=int)), always).outcome is UNDECIDED
    assert decide(Sample.exactly(np.arange(32) > 0), always).outcome is FAILS


@pytest.mark.parametrize("hits", [0, 3, 16, 29, 32])
def test_a_proportion_and_its_mirror_image_are_settled_alike(hits):
    flags = np.arange(32) < hits
    most = decide(Sample.exactly(flags), Region("≥", low=Fraction(7, 10), of="proportion"))
    few = decide(Sample.exactly(~flags), Region("≤", high=Fraction(3, 10), of="proportion"))
    assert most.outcome is few.outcome
    assert most.estimate == pytest.approx(1 - few.estimate)
    assert (most.low, most.high) == pytest.approx((1 - few.high, 1 - few.low))


# --- looks ---------------------------------------------------------------------------------


def test_replicates_are_added_until_the_region_is_settled_and_the_first_stay_the_same():
    rng = np.random.default_rng(5)
    values, asked = rng.normal(0.7, 1, 512), []

    def draw(n: int) -> Sample:
        asked.append(n)
        return Sample.exactly(values[:n])

    decision, sample = settle(draw, AT_LEAST_ZERO)
    assert asked == [24, 32, 64, 128, 256, 512][: len(asked)]
    assert len(asked) > 1
    assert decision.n == len(sample) == asked[-1]
    assert decision.outcome is HOLDS
    assert all(
        decide(Sample.exactly(values[:n]), AT_LEAST_ZERO).outcome is UNDECIDED for n in asked[:-1]
    )


def test_a_table_of_fewer_looks_leaves_more_undecided():
    decision, sample = settle(lambda n: some(n // 2, 0, n // 2), AT_LEAST_ZERO, table=QUICK_TABLE)
    assert decision.outcome is UNDECIDED
    assert len(sample) == 16


def test_a_draw_of_another_size_and_no_look_at_all_are_errors():
    with pytest.raises(MeasurementError, match="asked for 24 replicates, got 64"):
        settle(lambda n: some(0, 0, 64), AT_LEAST_ZERO)
    with pytest.raises(ValueError, match="without a look"):
        settle(lambda n: some(0, 0, n), AT_LEAST_ZERO, Table(()))


# --- how many would be needed --------------------------------------------------------------


def test_needed_is_the_least_doubling_that_settles_at_the_same_share():
    decision = decide(some(200, 0, 312), AT_LEAST_ZERO)
    assert decision.needed is None  # settled
    decision = decide(some(215, 0, 297), AT_LEAST_ZERO)  # .42 on the wrong side
    assert decision.outcome is UNDECIDED
    assert decision.needed == 1024
    assert decide(some(256, 0, 256), AT_LEAST_ZERO).needed is None


def test_needed_waits_for_every_edge_to_hold_but_for_one_to_fail():
    region = Region("−1 to 1", Fraction(-1), Fraction(1))

    def needed(below: int, above: int) -> int | None:
        values = np.repeat([-2.0, 0.0, 2.0], [below, 512 - below - above, above])
        return decide(Sample.exactly(values), region).needed

    assert needed(215, 0) == needed(0, 215) == needed(215, 215) == 1024
    assert needed(215, 240) == needed(240, 215) > 1024  # the slower edge to hold
    assert needed(0, 297) == needed(215, 297) == 1024  # above 1: one edge beyond is enough
    assert needed(256, 0) is None


def test_needed_of_capped_runs_is_none_where_more_runs_would_stay_of_unknown_side():
    lower = np.full(512, -np.inf)
    assert decide(Sample(lower, -lower), AT_LEAST_ZERO).needed is None
