"""Single units: their pre-activations, their steps, and when they are stuck."""

import pytest
import torch
from hypothesis import given, settings

from refute.lab.activations.units import Unit, stuck, units


@given(units("relu", -3, 3))
@settings(max_examples=20, deadline=None)
def test_a_units_largest_preactivation_is_as_specified(unit):
    before, _ = unit.after_one_step()
    generator = torch.Generator().manual_seed(unit.seed)
    inputs = torch.randn(64, 8, generator=generator)
    highest = float((inputs @ before[:-1] + before[-1]).max())
    assert highest == pytest.approx(unit.highest, abs=1e-5)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (Unit("relu", -0.1, 7), True),
        (Unit("relu", 0.5, 7), False),
        (Unit("leaky relu", -50.0, 7), False),
        (Unit("leaky relu", -50.0, 7, slope=0.0), True),
        (Unit("selu", -2.0, 7), False),
        (Unit("selu", -110.0, 7), True),
    ],
)
def test_a_unit_is_stuck_if_no_gradient_reaches_it(unit, expected):
    assert stuck(unit) is expected


def test_the_step_is_gradient_descent_at_rate_one_tenth():
    before, after = Unit("identity", 0.5, 3).after_one_step()
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(64, 8, generator=generator)
    targets = torch.randn(64, generator=generator)
    errors = inputs @ before[:-1] + before[-1] - targets
    gradient = torch.cat([2 * (inputs * errors[:, None]).mean(0), 2 * errors.mean()[None]])
    assert torch.allclose(after, before - 0.1 * gradient, atol=1e-6)
