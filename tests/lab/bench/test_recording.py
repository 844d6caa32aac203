"""What is read off curves: crossings, settling, rises, and runs that were lost."""

import numpy as np
import pytest

from refute.lab.bench.recording import (
    Crossing,
    arrivals,
    evaluation_steps,
    finite_or_beyond,
    largest_finite,
    rise_after_minimum,
)

STEPS = np.array([0, 10, 20, 30])


def test_the_grid_starts_at_0_ends_at_the_budget_and_grows() -> None:
    steps = evaluation_steps(2000)
    gaps = np.diff(steps)
    assert steps[0] == 0
    assert steps[-1] == 2000
    assert (gaps[:-1] >= 4).all()
    assert gaps.max() <= 50
    assert evaluation_steps(1).tolist() == [0, 1]


def test_grids_of_different_budgets_agree_where_both_are() -> None:
    short, long = evaluation_steps(100), evaluation_steps(1000)
    assert short[:-1].tolist() == long[: len(short) - 1].tolist()


def test_an_exponential_fall_is_interpolated_exactly() -> None:
    curve = np.exp(-0.1 * STEPS)[None]
    assert Crossing(np.exp(-1.7)).first(STEPS, curve)[0] == pytest.approx(17)
    assert Crossing(np.exp(-1.7)).last(STEPS, curve)[0] == pytest.approx(17)


def test_an_error_rate_is_interpolated_linearly() -> None:
    curve = np.array([[0.9, 0.5, 0.3, 0.1]])
    assert Crossing(0.4, in_log=False).first(STEPS, curve)[0] == pytest.approx(15)


def test_reaching_and_staying_differ_when_a_curve_comes_back() -> None:
    curve = np.array([[1.0, 0.1, 1.0, 0.1]])
    level = Crossing(np.sqrt(0.1))
    assert level.first(STEPS, curve)[0] == pytest.approx(5)
    assert level.last(STEPS, curve)[0] == pytest.approx(25)


@pytest.mark.parametrize("end", [1.0, np.nan, np.inf])
def test_a_curve_that_does_not_end_below_has_not_stayed(end: float) -> None:
    curve = np.array([[1.0, 0.1, 0.1, end]])
    assert np.isnan(Crossing(0.3).last(STEPS, curve)[0])
    assert Crossing(0.3).first(STEPS, curve)[0] < 10


def test_a_curve_that_starts_below_crosses_at_the_start() -> None:
    curve = np.full((1, 4), 0.1)
    assert Crossing(0.3).first(STEPS, curve)[0] == 0
    assert Crossing(0.3).last(STEPS, curve)[0] == 0


def test_a_fall_from_infinity_or_nan_crosses_at_the_point_that_is_below() -> None:
    curve = np.array([[1.0, np.inf, 0.1, 0.1], [1.0, np.nan, 0.1, 0.1]])
    np.testing.assert_array_equal(Crossing(0.3).first(STEPS, curve), [20, 20])


def test_a_fall_to_zero_is_no_error() -> None:
    curve = np.array([[1.0, 0.0, 0.0, 0.0]])
    assert 0 <= Crossing(0.3).first(STEPS, curve)[0] <= 10


def test_missing_arrivals_are_capped() -> None:
    sample = arrivals(np.array([12.5, np.nan]), cap=30)
    assert sample.lower.tolist() == [12.5, 30]
    assert sample.upper.tolist() == [12.5, np.inf]


def test_lost_losses_are_known_only_from_below() -> None:
    curves = np.array([[1.0, 2.0], [7.0, np.nan], [np.nan, np.nan]])
    sample = finite_or_beyond(curves[:, -1], largest_finite(curves))
    assert sample.lower.tolist() == [2.0, 7.0, 0.0]
    assert sample.upper.tolist() == [2.0, np.inf, np.inf]


def test_the_rise_is_measured_after_the_minimum_only() -> None:
    curves = np.array(
        [[9.0, 2.0, 6.0, 3.0], [9.0, 4.0, 3.0, 2.0], [2.0, 8.0, np.nan, np.nan], [np.nan] * 4]
    )
    sample = rise_after_minimum(curves)
    assert sample.lower.tolist() == [3.0, 1.0, 4.0, 1.0]
    assert sample.upper.tolist() == [3.0, 1.0, np.inf, np.inf]
