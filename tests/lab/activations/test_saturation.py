"""Slopes far from zero against their formulas."""

from math import tanh

import pytest
from hypothesis import given

from refute.lab.activations.numbers import Number
from refute.lab.activations.saturation import far_from_zero, slope_left

TWO = Number(2.0, "float64")


def test_the_slope_that_is_left_is_a_share_of_the_slope_beside_zero():
    assert slope_left("tanh", TWO) == pytest.approx((1 - tanh(2) ** 2) / (1 - tanh(1 / 64) ** 2))
    assert slope_left("relu", TWO) == 1
    assert slope_left("relu", Number(-2.0, "float64")) == 0


@given(far_from_zero())
def test_far_is_ten_or_more(number):
    assert 10 <= abs(number.value) <= 100
