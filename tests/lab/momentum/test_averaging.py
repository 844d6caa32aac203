"""Momentum that sums and momentum that averages, on descents worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from refute.lab.momentum.averaging import Descent, averaging_equals_summing

DESCENT = Descent(momentum=0.9, learning_rate=0.05, steps=30, seed=1)


def test_the_first_step_that_averages_is_a_tenth_as_long() -> None:
    summed = DESCENT.summing()[0] - 1
    averaged = DESCENT.averaging(learning_rate=DESCENT.learning_rate)[0] - 1
    assert averaged == pytest.approx(summed / 10)


def test_only_a_learning_rate_in_proportion_makes_them_the_same() -> None:
    assert averaging_equals_summing(DESCENT, factor=1 / (1 - DESCENT.momentum))
    assert not averaging_equals_summing(DESCENT, factor=1.0)
    assert not averaging_equals_summing(DESCENT, factor=9.99)


def test_a_descent_is_the_same_again() -> None:
    np.testing.assert_array_equal(DESCENT.summing(), DESCENT.summing())
    assert (DESCENT.summing() != Descent(0.9, 0.05, 30, seed=2).summing()).all()
