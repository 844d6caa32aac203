"""Regions have edges that a number can lie beside."""

from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest

from refute.decision.regions import Region


@pytest.mark.parametrize(("low", "high"), [(nan, None), (0, nan), (-inf, inf), (0, inf)])
def test_an_edge_is_a_finite_number(low, high):
    with pytest.raises(ValueError, match="has the edge"):
        Region("between", low, high)


@pytest.mark.parametrize("edge", [10**400, -(10**400), Fraction(10**400, 3)])
def test_an_edge_is_no_larger_than_any_float(edge):
    with pytest.raises(ValueError, match="no float is as large"):
        Region("far", edge)


@pytest.mark.parametrize("edge", ["0.1", True, 1j, [1]])
def test_an_edge_that_is_no_number_says_what_one_is(edge):
    with pytest.raises(TypeError, match=r"region 'between' has the edge .*: an edge is a number"):
        Region("between", edge)


@pytest.mark.parametrize("edge", [0.07, np.float64(0.07), Fraction(7, 100)])
def test_an_edge_given_as_a_float_is_the_decimal_that_it_is_printed_as(edge):
    # 0.07 * 100 is more than 7 in floats, so that 7 of 100 would not reach it.
    (low,) = Region("reaches", edge).edges

    assert low.value == Fraction(7, 100)
    assert low.admits(np.array([6, 7]), per=100).tolist() == [False, True]
