"""Symmetric distributions after ReLU, against integrals by scipy."""

import pytest
from hypothesis import given, settings
from scipy import stats

from refute.lab.initialization.symmetric_laws import (
    SymmetricLaw,
    halved_by_relu,
    share_left_by_relu,
    symmetric_laws,
)

OF_SCIPY = {
    "uniform": stats.uniform(-(3**0.5), 2 * 3**0.5),
    "Laplace": stats.laplace(scale=0.5**0.5),
    "normal": stats.norm(),
}


@pytest.mark.parametrize("law", sorted(OF_SCIPY))
def test_shares_are_the_integrals(law):
    distribution = OF_SCIPY[law]
    assert distribution.var() == pytest.approx(1)
    mean, square = (
        distribution.expect(lambda z, power=power: max(z, 0.0) ** power) for power in (1, 2)
    )
    assert share_left_by_relu("variance", SymmetricLaw(law)) == pytest.approx(
        square - mean**2, abs=1e-6
    )
    assert share_left_by_relu("second moment", SymmetricLaw(law)) == pytest.approx(square, abs=1e-6)


def test_relu_turns_two_points_into_0_and_1():
    # relu(z) is 0 or s, each half of the time: variance s²/4.
    assert share_left_by_relu("variance", SymmetricLaw("two-point", 3.0)) == pytest.approx(1 / 4)


@settings(max_examples=30, deadline=None, database=None)
@given(symmetric_laws())
def test_shares_do_not_depend_on_the_scale_and_only_the_second_moment_is_halved(law):
    assert share_left_by_relu("variance", law) == pytest.approx(
        share_left_by_relu("variance", SymmetricLaw(law.law))
    )
    assert halved_by_relu("second moment", law)
    assert not halved_by_relu("variance", law)
    assert eval(repr(law)) == law
