"""When SGD first reaches the minimum, against torch's own steps and a closed form."""

from __future__ import annotations

from math import acos, sqrt

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.momentum.arriving import THERE, Arriving, first_arrival, steps_to_arrive
from refute.lab.momentum.trajectory import Trajectory


def way(stiffness: float, momentum: float) -> Trajectory:
    return Trajectory.of(np.array([stiffness]), np.array([-2.0]), momentum)


@pytest.mark.parametrize("stiffness", [1e-4, 1e-2])
def test_without_friction_it_arrives_after_a_quarter_period(stiffness: float) -> None:
    quarter = acos(THERE) / sqrt(stiffness)
    assert first_arrival(way(stiffness, 0.99999)) == pytest.approx(quarter, rel=0.02, abs=1)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_steps_agree_with_torchs_optimizer(momentum: float) -> None:
    parameter = torch.nn.Parameter(torch.full((1,), -2.0, dtype=torch.float64))
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=momentum)
    steps = 0
    while float(parameter.detach()) < -2 * THERE:
        parameter.grad = 1e-3 * parameter.detach()
        optimizer.step()
        steps += 1
    assert first_arrival(way(1e-3, momentum)) == steps


def test_a_replicate_is_the_same_in_any_chunk() -> None:
    experiment = Arriving(0.9, (100, 1e4))
    together = experiment.run(Replicates(0, 6)).samples["steps"].lower
    later = experiment.run(Replicates(4, 2)).samples["steps"].lower
    np.testing.assert_array_equal(together[4:], later)


def test_the_quantity_names_itself() -> None:
    assert steps_to_arrive(momentum=0.9, condition=(100, 1e4)).name == (
        "steps to get to the minimum on quadratics of condition number 100 to 10000 "
        "with momentum 0.9"
    )
