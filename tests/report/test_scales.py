"""Scales place numbers along an axis and label it with round ones."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.report.scales import Scale, unit_near_zero, wants_log

# The ledger keeps nine digits: no axis is narrower than that.
spans = st.tuples(st.floats(-1e9, 1e9), st.floats(1e-8, 1e3)).map(
    lambda pair: (pair[0], pair[0] + pair[1] * max(1.0, abs(pair[0])))
)


def test_a_linear_axis_places_by_difference() -> None:
    scale = Scale(0.0, 4.0)
    assert [scale.place(x) for x in (0, 1, 4)] == [0, 25, 100]


def test_a_logarithmic_axis_places_by_ratio() -> None:
    scale = Scale(0.01, 100.0, log=True)
    assert [scale.place(x) for x in (0.01, 0.1, 1, 100)] == [0, 25, 50, 100]


@pytest.mark.parametrize("log", [False, True])
def test_what_lies_beyond_an_axis_is_placed_at_its_end(log: bool) -> None:
    scale = Scale(1.0, 10.0, log)
    assert [scale.place(x) for x in (-math.inf, 0, 0.5, 11, math.inf)] == [0, 0, 0, 100, 100]


def test_an_axis_covers_what_it_must_show_with_a_margin_and_leaves_infinity_out() -> None:
    scale = Scale.covering([2.0, 12.0, math.inf], margin=0.1)
    assert (scale.low, scale.high) == (1.0, 13.0)
    logarithmic = Scale.covering([1.0, 100.0, 0.0, -3.0], log=True, margin=0.5)
    assert (logarithmic.low, logarithmic.high) == pytest.approx((0.1, 1000.0))


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("numbers", [[], [math.inf], [3.0], [0.0]])
def test_an_axis_for_a_single_number_or_none_has_a_width(numbers: list[float], log: bool) -> None:
    scale = Scale.covering(numbers, log=log)
    assert scale.low < scale.high
    assert scale.ticks()


@pytest.mark.parametrize(
    ("scale", "ticks"),
    [
        (Scale(0.0, 1.0), [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (Scale(-0.031, 0.03), [-0.02, 0, 0.02]),
        (Scale(0.85, 3.1), [1, 1.5, 2, 2.5, 3]),
        (Scale(0.85, 3.1, log=True), [1, 1.5, 2, 2.5, 3]),
        (Scale(0.9, 60.0, log=True), [1, 2, 5, 10, 20, 50]),
        (Scale(0.9, 1500.0, log=True), [1, 10, 100, 1000]),
        (Scale(1e-46, 10.0, log=True), [1e-40, 1e-30, 1e-20, 1e-10, 1]),
    ],
)
def test_ticks_are_round_numbers_within_the_axis(scale: Scale, ticks: list[float]) -> None:
    assert scale.ticks() == ticks


@given(spans, st.integers(3, 8))
def test_a_linear_axis_has_some_ticks_and_not_too_many(
    span: tuple[float, float], most: int
) -> None:
    ticks = Scale(*span).ticks(most)
    assert 1 <= len(ticks) <= most
    assert ticks == sorted(set(ticks))


@given(st.floats(1e-12, 1e12), st.floats(1.01, 1e15), st.integers(3, 8))
def test_a_logarithmic_axis_has_some_ticks_and_not_too_many(
    low: float, factor: float, most: int
) -> None:
    scale = Scale(low, low * factor, log=True)
    ticks = scale.ticks(most)
    assert 1 <= len(ticks) <= most
    assert ticks == sorted(set(ticks))


def test_positive_ratios_and_several_decades_want_a_logarithmic_axis() -> None:
    assert wants_log([0.5, 2.0], ratio=True)
    assert wants_log([1.0, 100.0], ratio=False)
    assert not wants_log([1.0, 50.0], ratio=False)
    assert not wants_log([0.0, 2.0], ratio=True)
    assert not wants_log([-1.0, 2.0], ratio=True)
    assert not wants_log([math.inf], ratio=True)


def test_an_axis_with_a_unit_is_linear_near_zero_and_logarithmic_far_from_it() -> None:
    scale = Scale(-1e4, 1e4, unit=1.0)
    assert scale.place(0) == 50
    assert scale.place(0.2) - 50 == pytest.approx(2 * (scale.place(0.1) - 50), abs=0.2)
    decade = scale.place(1e3) - scale.place(1e2)
    assert scale.place(1e4) - scale.place(1e3) == pytest.approx(decade, abs=0.2)
    assert scale.ticks(7) == [-1e4, -1e2, -1.0, 0.0, 1.0, 1e2, 1e4]


@given(st.floats(1e-3, 1e3), st.floats(-1e9, 0), st.floats(1e6, 1e12), st.integers(3, 8))
def test_an_axis_with_a_unit_has_some_ticks_and_not_too_many(
    unit: float, low: float, high: float, most: int
) -> None:
    ticks = Scale(low, high, unit=unit).ticks(most)
    assert 1 <= len(ticks) <= most
    assert ticks == sorted(set(ticks))


def test_zero_beside_numbers_three_decades_beyond_an_edge_asks_for_a_unit() -> None:
    assert unit_near_zero([0, 1e4], [10.0]) == 10
    assert unit_near_zero([0, 9e3], [10.0]) is None
    assert unit_near_zero([-0.9, 0.02], [-0.02, 0.02]) is None
    assert unit_near_zero([-5e3, 1], [0.0]) == 1
    assert unit_near_zero([], []) is None


anything = st.floats(allow_nan=False) | st.sampled_from(
    [0.0, -0.0, 5e-324, 1.7e308, -1.7e308, math.inf, -math.inf, 1e16, 1e16 + 2]
)
units = st.none() | st.floats(5e-324, 1e308)


@given(st.lists(anything, max_size=6), st.booleans(), units, st.integers(3, 8))
@pytest.mark.parametrize("margin", [0.0, 0.08])
def test_whatever_numbers_a_ledger_holds_they_get_a_finite_axis_in_their_order(
    margin: float, numbers: list[float], log: bool, unit: float | None, most: int
) -> None:
    """A ledger may come from anybody: infinite, subnormal and enormous numbers among it."""
    scale = Scale.covering(numbers, log=log, unit=None if log else unit, margin=margin)
    assert -math.inf < scale.low < scale.high < math.inf
    places = [scale.place(x) for x in sorted(numbers)]
    assert all(0 <= place <= 100 for place in places)
    assert places == sorted(places)
    ticks = scale.ticks(most)
    assert 1 <= len(ticks) <= most
    assert ticks == sorted(set(ticks))
    assert all(scale.contains(x) for x in ticks)


@given(st.lists(anything, max_size=6), st.lists(anything.filter(math.isfinite), max_size=2))
def test_a_unit_is_positive(numbers: list[float], edges: list[float]) -> None:
    unit = unit_near_zero(numbers, edges)
    assert unit is None or unit > 0


def test_numbers_that_differ_by_less_than_a_ledger_keeps_are_one_number() -> None:
    scale = Scale.covering([1e16, 1e16 + 2], margin=0.0)
    assert (scale.low, scale.high) == pytest.approx((0.5e16, 1.5e16))
