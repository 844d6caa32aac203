"""The closed-form map of moments."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from refute.lab.self_normalization.moment_map import (
    ELU,
    SELU,
    Moments,
    arrives_at_zero_and_one,
    moments,
)


@pytest.mark.parametrize(
    ("units", "function"), [(SELU, torch.nn.SELU()), (ELU, torch.nn.ELU())], ids=["SELU", "ELU"]
)
@pytest.mark.parametrize(("mean", "variance"), [(0.0, 1.0), (0.3, 0.5), (-1.0, 2.0), (2.0, 0.1)])
def test_moments_agree_with_sampled_sums(units, function, mean, variance):
    z = np.linspace(-15, 15, 300_001)  # 0, where the slope jumps, is among them
    density = np.exp(-((z - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance) * 1e-4
    outputs = function(torch.from_numpy(z)).numpy()
    expected = density @ outputs
    spread = density @ outputs**2 - expected**2
    moments = Moments(mean, variance).next_layer(units, omega=1.0)
    assert moments.mean == pytest.approx(expected, abs=1e-5)
    assert moments.variance == pytest.approx(spread, abs=1e-5)


def test_zero_and_one_is_fixed_for_selu_and_not_for_elu():
    assert arrives_at_zero_and_one(Moments(0.0, 1.0), SELU)
    assert not arrives_at_zero_and_one(Moments(0.0, 1.0), ELU)


def test_zero_variance_stays_zero():
    assert Moments(1.0, 0.0).next_layer(SELU) == Moments(0.0, 0.0)


@settings(max_examples=20, deadline=None)
@given(moments())
def test_drawn_moments_lie_in_the_domain_of_the_theorem(start):
    assert -0.1 <= start.mean <= 0.1
    assert 0.8 <= start.variance <= 1.5
    assert eval(repr(start)) == start
