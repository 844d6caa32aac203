"""Momentum that sums gradients and momentum that averages them, on known descents."""

from __future__ import annotations

import numpy as np
import pytest

from refute.lab.momentum.averaging import Descent, averaging_equals_summing

DESCENT = Descent(momentum=0.9, learning_rate=0.05, steps=30, seed=1)


def test_the_first_averaging_step_is_a_tenth_as_long() -> None:
    summed = DESCENT.summing()[0] - 1
    averaged = DESCENT.averaging(learning_rate=DESCENT.learning_rate)[0] - 1
    assert averaged == pytest.approx(summed / 10)


def test_the_forms_agree_only_at_learning_rates_in_proportion() -> None:
    assert averaging_equals_summing(DESCENT, factor=1 / (1 - DESCENT.momentum))
    assert not averaging_equals_summing(DESCENT, factor=1.0)
    assert not averaging_equals_summing(DESCENT, factor=9.99)


def test_a_descent_is_reproducible() -> None:
    np.testing.assert_array_equal(DESCENT.summing(), DESCENT.summing())
    assert (DESCENT.summing() != Descent(0.9, 0.05, 30, seed=2).summing()).all()
