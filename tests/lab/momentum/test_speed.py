"""Speed and memory of SGD against their formulas."""

import pytest

from refute.lab.momentum.speed import influence, speed_gained, steps_grow_to_the_limit


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("slope", [0.001, 3.0, 1000.0])
def test_speed_tends_to_one_over_one_minus_momentum(momentum: float, slope: float) -> None:
    steps = 50
    reached = (1 - momentum**steps) / (1 - momentum)
    assert speed_gained(slope, momentum=momentum, steps=steps) == pytest.approx(reached)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.99999])
@pytest.mark.parametrize("age", [0, 1, 7])
def test_influence_is_a_power_of_momentum(momentum: float, age: int) -> None:
    assert influence(age, momentum=momentum) == pytest.approx(momentum**age)


@pytest.mark.parametrize("momentum", [0.3, 0.9, 0.95])
@pytest.mark.parametrize("slope", [-3.0, 0.001, 1000.0])
def test_steps_reach_their_limit_on_a_constant_slope(momentum: float, slope: float) -> None:
    assert steps_grow_to_the_limit(slope, momentum=momentum)
    assert not steps_grow_to_the_limit(slope, momentum=momentum, reversing=True)
