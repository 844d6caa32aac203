"""How far SGD overshoots, against a closed form and torch's own steps."""

from __future__ import annotations

from math import exp, pi, sqrt

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.momentum.overshooting import Overshooting, first_overshoot, overshoot
from refute.lab.momentum.trajectory import Trajectory


def test_with_small_steps_it_overshoots_like_a_damped_oscillator() -> None:
    stiffness, friction = 1e-3, 0.01
    swing = sqrt(stiffness - friction**2 / 4)
    trajectory = Trajectory.of(np.array([stiffness]), np.ones(1), 1 - friction)
    assert overshoot(trajectory) == pytest.approx(exp(-pi * friction / 2 / swing), rel=0.02)


@pytest.mark.parametrize("nesterov", [False, True])
def test_the_overshoot_is_that_of_torchs_optimizer(nesterov: bool) -> None:
    parameter = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=0.9, nesterov=nesterov)
    furthest = 0.0
    for _ in range(300):
        parameter.grad = 0.2 * parameter.detach()
        optimizer.step()
        furthest = min(furthest, float(parameter.detach()))
    trajectory = Trajectory.of(np.array([0.2]), np.ones(1), 0.9, nesterov=nesterov)
    assert overshoot(trajectory) == pytest.approx(-furthest)


def test_without_momentum_nothing_is_overshot() -> None:
    assert overshoot(Trajectory.of(np.array([0.2]), np.ones(1), 0.0)) == 0


def test_a_replicate_is_the_same_in_any_chunk() -> None:
    experiment = Overshooting(0.9, True, (0.01, 1.0))
    together = experiment.run(Replicates(0, 6)).samples["overshoot"].lower
    later = experiment.run(Replicates(4, 2)).samples["overshoot"].lower
    np.testing.assert_array_equal(together[4:], later)


def test_the_quantity_names_itself() -> None:
    assert first_overshoot(momentum=0.9, nesterov=True, stiffness=(0.01, 1.0)).name == (
        "overshoot of the minimum with Nesterov momentum 0.9, learning rate times curvature "
        "from 0.01 to 1"
    )
