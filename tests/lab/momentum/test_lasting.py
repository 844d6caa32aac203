"""The distance left after many steps, against torch's own and the formula of its decay."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from refute.lab.momentum.lasting import Swing, never_converges


def test_the_distance_left_agrees_with_torchs_optimizer() -> None:
    parameter = torch.nn.Parameter(torch.full((1,), 4.0, dtype=torch.float64))
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=0.9)
    for _ in range(200):
        parameter.grad = 0.3 * parameter.detach()
        optimizer.step()
    velocity = optimizer.state[parameter]["momentum_buffer"]
    expected = max(abs(float(parameter.detach())), abs(float(velocity))) / 4.0
    assert Swing(0.3, 4.0).left_after(200, momentum=0.9) == pytest.approx(expected)


@pytest.mark.parametrize("stiffness", [1e-3, 0.5, 3.0])
def test_swings_shrink_by_the_root_of_momentum_per_step(stiffness: float) -> None:
    left = Swing(stiffness, 1.0).left_after(1_000_000, momentum=0.99999)
    assert np.log(left) == pytest.approx(1_000_000 * np.log(0.99999) / 2, rel=0.3)


def test_it_converges_only_at_stable_learning_rates_and_momentum_below_1() -> None:
    assert not never_converges(Swing(1.0, 1.0), momentum=0.99999)
    assert never_converges(Swing(1.0, 1.0), momentum=1.0)
    assert never_converges(Swing(4.1, 1.0), momentum=0.99999)
