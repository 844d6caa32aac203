"""Plain gradient descent on quadratics against its formulas."""

from math import ceil, log

import pytest

from refute.lab.momentum.learning_rates import PlainDescent, diverges, times_as_long


@pytest.mark.parametrize(("rate", "beyond"), [(0.5, False), (1.99, False), (2.01, True), (9, True)])
def test_two_over_the_largest_curvature_is_the_limit(rate, beyond):
    assert diverges(PlainDescent(rate, flatter=(0.1,))) is beyond


def test_steps_to_settle_follow_the_factor_by_which_a_step_shrinks_the_distance():
    assert PlainDescent(0.5).steps() == ceil(log(1e-3) / log(0.5))
    slow = ceil(log(1e-3) / log(0.95))
    assert times_as_long(PlainDescent(0.5), slowed=0.1) == slow / PlainDescent(0.5).steps()
    assert times_as_long(PlainDescent(1.9), slowed=0.5) < 1


def test_a_descent_is_described_by_its_learning_rate():
    assert PlainDescent(2.5).said == "a learning rate of 2.5/L"
