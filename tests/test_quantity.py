"""Quantities name themselves, pair by replicate, and never compare an arm with itself."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from refute.decision.counts import decide
from refute.decision.outcome import Outcome
from refute.decision.regions import Region
from refute.decision.samples import MeasurementError, Sample
from refute.experiment import Experiment, Record, Replicates, Series
from refute.quantity import Quantity, Recorded
from tests.throwing import Throw


@dataclass(frozen=True)
class Given(Experiment):
    """An experiment that has no numbers of its own: the tests give them."""

    label: str
    chunk: int = 4
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        raise NotImplementedError


def throw(shift: float = 0.0) -> Recorded:
    return Recorded(Throw(shift), "value", f"a throw shifted by {shift}")


def arm(label: str) -> Recorded:
    return Recorded(Given(label), "value", label)


A, B = arm("a"), arm("b")
ANY = Region("≥ 0", low=Fraction(0))


def measured(quantity: Quantity, **samples: Sample) -> Sample:
    return quantity.sample(lambda given: Record({"value": samples[vars(given)["label"]]}))


def exactly(*values: float, per: int | None = None) -> Sample:
    return Sample.exactly(np.array(values), per)


def bounds(sample: Sample) -> list[tuple[float, float]]:
    return list(zip(sample.lower.tolist(), sample.upper.tolist(), strict=True))


def drawn(quantity: Quantity, seed: int = 0) -> Sample:
    return quantity.sample(lambda made: made.run(Replicates(0, 16, seed, made.stream)))


def capped(lower: float, upper: float = np.inf) -> Sample:
    return Sample(np.array([lower]), np.array([upper]))


# --- names, and what must be run -----------------------------------------------------------


def test_a_quantity_is_named_by_what_it_measures():
    assert (A / B).name == "a / b"
    assert (A - B).name == "a − b"
    assert (A / A).name == "a / a (other seeds)"
    close = Region("close to zero", Fraction(-1), Fraction(1))
    assert (A - B).within(close).name == "share of replicates whose a − b is close to zero"


def test_an_experiment_that_two_arms_share_is_run_once():
    shared = (A - B) / A
    assert shared.experiments() == (A.experiment, B.experiment)
    assert A.within(Region("≥ 0", low=Fraction(0))).experiments() == (A.experiment,)


# --- pairing -------------------------------------------------------------------------------


def test_arms_are_paired_replicate_by_replicate_on_the_same_seeds():
    assert drawn(throw(1) - throw(0)).lower == pytest.approx(np.ones(16))


@pytest.mark.parametrize("pair", [lambda a, b: a - b, lambda a, b: a.within(ANY) - b.within(ANY)])
def test_an_arm_against_itself_gets_other_seeds(pair: Callable[..., Quantity]):
    quantity = pair(throw(), throw())
    assert {experiment.stream for experiment in quantity.experiments()} == {0, 1}
    assert (drawn(quantity).lower != 0).any()


def test_an_arm_against_itself_under_another_label_gets_other_seeds_too():
    renamed = Recorded(Throw(), "value", "the same throw by another name")
    assert (drawn(throw() - renamed).lower != 0).all()


def test_a_pair_against_itself_shares_no_seeds_with_itself():
    once = throw() - throw()
    twice = once - once
    left, right = once.experiments(), once.other_seeds().experiments()
    assert not set(left) & set(right)
    assert {experiment.stream for experiment in twice.experiments()} == {0, 1, 2, 3}


def test_other_seeds_are_others_each_time():
    quantity, streams = throw(), set()
    for _ in range(4):
        streams.add(quantity.experiment.stream)
        quantity = quantity.other_seeds()
    assert streams == {0, 1, 2, 3}


# --- ratios --------------------------------------------------------------------------------


def test_a_ratio_of_integers_meets_an_edge_exactly():
    steps = measured(A / B, a=exactly(*[770] * 32), b=exactly(*[700] * 32))
    assert decide(steps, Region("slower", low=Fraction(11, 10))).outcome is Outcome.HOLDS


def test_a_ratio_of_counts_takes_their_totals_into_account_in_one_division():
    """Any second rounding would move some of these off the float nearest to the fraction."""
    top, bottom = (grid.ravel() for grid in np.mgrid[1:101, 1:361])
    ratio = measured(A / B, a=Sample.exactly(top, per=100), b=Sample.exactly(bottom, per=360)).lower
    exactly_so = [
        float(Fraction(int(t) * 360, int(b) * 100)) for t, b in zip(top, bottom, strict=True)
    ]
    assert ratio.tolist() == exactly_so


def test_a_ratio_needs_positive_numbers():
    with pytest.raises(MeasurementError, match="a / b: a ratio needs positive numbers"):
        measured(A / B, a=exactly(1.0), b=exactly(0.0))
    with pytest.raises(MeasurementError, match="positive"):
        measured(A / B, a=exactly(-1.0), b=exactly(1.0))


def test_a_capped_run_bounds_a_ratio_from_the_side_that_is_known():
    assert bounds(measured(A / B, a=capped(10), b=exactly(5.0))) == [(2, np.inf)]
    assert bounds(measured(A / B, a=exactly(5.0), b=capped(10))) == [(0, 0.5)]


def test_two_arms_that_never_arrive_count_against_every_edge():
    anything = [(0, np.inf)]
    assert bounds(measured(A / B, a=capped(10), b=capped(5))) == anything
    assert bounds(measured(A / B, a=exactly(np.inf), b=exactly(np.inf))) == anything
    nothing_known = [(-np.inf, np.inf)]
    assert bounds(measured(A - B, a=capped(10), b=capped(5))) == nothing_known
    assert bounds(measured(A - B, a=exactly(np.inf), b=exactly(np.inf))) == nothing_known
    ratio = measured(A / B, a=capped(10), b=capped(5))
    ratio = Sample(np.repeat(ratio.lower, 32), np.repeat(ratio.upper, 32))
    for region in (
        Region("≥ 2", low=Fraction(2)),
        Region("≤ 2", high=Fraction(2)),
        Region("1 to 2", Fraction(1), Fraction(2)),
    ):
        decision = decide(ratio, region)
        assert decision.outcome is Outcome.UNDECIDED
        assert all(count.wrong == count.within == 32 for count in decision.counts)


# --- differences ---------------------------------------------------------------------------


def test_a_difference_of_counts_of_one_total_stays_a_count():
    difference = measured(A - B, a=exactly(340, per=360), b=exactly(322, per=360))
    assert (difference.lower.tolist(), difference.per) == ([18], 360)


def test_a_difference_of_counts_of_two_totals_is_a_count_of_their_common_multiple():
    difference = measured(A - B, a=exactly(3, per=10), b=exactly(1, per=4))
    assert (difference.lower.tolist(), difference.per) == ([1], 20)
    plain = measured(A - B, a=exactly(3), b=exactly(1))
    assert (plain.lower.tolist(), plain.per) == ([2], None)


def test_a_difference_of_a_count_and_a_measured_number_is_one_of_fractions():
    difference = measured(A - B, a=exactly(3, per=10), b=exactly(0.1))
    assert difference.lower == pytest.approx([0.2])
    assert difference.per is None


# --- shares --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lower", "upper", "inside"),
    [
        (0, 0, (1, 1)),
        (1, 1, (1, 1)),
        (2, 2, (0, 0)),
        (-9, 9, (0, 1)),
        (0.5, np.inf, (0, 1)),
        (1.5, np.inf, (0, 0)),
        (-np.inf, -1, (0, 1)),  # the edge itself belongs to the region
        (-np.inf, -2, (0, 0)),
    ],
)
def test_within_is_one_or_zero_and_either_where_a_cap_hides_it(lower, upper, inside):
    region = Region("−1 to 1", Fraction(-1), Fraction(1))
    assert bounds(measured(A.within(region), a=capped(lower, upper))) == [inside]


def test_within_compares_counts_as_integers():
    region = Region("at least 5 points", low=Fraction(1, 20))
    share = measured((A - B).within(region), a=exactly(340, per=360), b=exactly(322, per=360))
    assert bounds(share) == [(1, 1)]
    assert share.integers


def test_no_replicate_can_lie_within_a_share_of_replicates():
    with pytest.raises(ValueError, match="'most' is a share of replicates"):
        A.within(Region("most", low=Fraction(1, 2), of="proportion"))


# --- series -------------------------------------------------------------------------------


def _record(values: list[float], per: int | None = None, name: str = "loss") -> Record:
    x = np.arange(2.0)
    series = Series(name, "curve", "step", "loss", x, np.outer(values, [1.0, 2.0]))
    return Record({"value": exactly(*values, per=per)}, (series,))


def test_a_quantity_that_its_experiment_does_not_record_is_named_beside_what_it_records():
    missing = Recorded(Throw(), "values", "throws")
    with pytest.raises(MeasurementError, match=r"Throw\(.*\) records 'value', not 'values'$"):
        missing.sample(lambda experiment: experiment.run(Replicates(0, 2)))


def _arms(quantity: Quantity) -> list[str]:
    return [series.arm for series in quantity.series(lambda _: _record([1.0]))]


def test_series_name_the_arm_that_recorded_them():
    assert _arms(A) == ["a"]
    assert (
        _arms(A / B)
        == _arms(A - B)
        == _arms((A / B).within(Region("small", high=Fraction(1))))
        == ["a", "b"]
    )
    assert _arms(A - A) == ["a", "a (other seeds)"]


def test_series_of_one_experiment_that_both_sides_read_come_once_under_what_both_are_called():
    ten, once, five = (
        Recorded(A.experiment, how, "accuracy", given="with dropout 0.5", by=f"of {how}")
        for how in ("10 passes", "1 pass", "5 passes")
    )
    assert ten.name == "accuracy of 10 passes with dropout 0.5"
    assert (ten - once).what == "accuracy"
    assert _arms(ten - once) == _arms(ten - five) == ["with dropout 0.5"]
    assert _arms(A - once) == [""]
