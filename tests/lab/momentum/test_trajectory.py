"""The closed form of momentum on quadratics is torch's own optimizer, step for step."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
import torch

from refute.lab.momentum.trajectory import TOLERANCE, Trajectory

STIFFNESS = np.array([1e-3, 0.03, 0.4, 1.0])
START = np.array([1.0, -2.0, 0.5, 1.5])
KINDS = [(0.0, False), (0.5, False), (0.9, False), (0.99, False), (0.99999, False), (0.9, True)]


def by_torch(momentum: float, nesterov: bool, steps: int) -> np.ndarray:
    """Positions of an ordinary training loop, shape (axes, steps + 1)."""
    parameter = torch.nn.Parameter(torch.tensor(START))
    curvature = torch.tensor(STIFFNESS)
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=momentum, nesterov=nesterov)
    path = [parameter.detach().numpy().copy()]
    for _ in range(steps):
        parameter.grad = curvature * parameter.detach()
        optimizer.step()
        path.append(parameter.detach().numpy().copy())
    return np.stack(path, axis=1)


def heavy_ball(stiffness: float, momentum: float) -> Trajectory:
    return Trajectory.of(np.array([stiffness]), np.ones(1), momentum)


@pytest.mark.parametrize(("momentum", "nesterov"), KINDS)
def test_positions_agree_with_a_training_loop(momentum: float, nesterov: bool) -> None:
    path = by_torch(momentum, nesterov, 3000)
    way = Trajectory.of(STIFFNESS, START, momentum, nesterov=nesterov)
    np.testing.assert_allclose(way.positions(0, 3001), path, atol=1e-9)
    np.testing.assert_allclose(way.positions(2500, 100), path[:, 2500:2600], atol=1e-9)


@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
def test_settling_is_the_last_step_outside_the_tolerance(momentum: float, nesterov: bool) -> None:
    distance = np.linalg.norm(by_torch(momentum, nesterov, 10_000), axis=0)
    expected = np.flatnonzero(distance > TOLERANCE * distance[0])[-1] + 1
    way = Trajectory.of(STIFFNESS, START, momentum, nesterov=nesterov)
    assert way.settled_after() == expected


@pytest.mark.parametrize(("momentum", "nesterov"), KINDS)
def test_crossings_are_the_changes_of_sign(momentum: float, nesterov: bool) -> None:
    path = by_torch(momentum, nesterov, 2000)
    way = Trajectory.of(STIFFNESS, START, momentum, nesterov=nesterov)
    for axis in range(2):  # the stiff axes die out within 2000 steps, below what doubles tell
        expected = int((path[axis, 1:] * path[axis, :-1] < 0).sum())
        assert way.crossings(axis, 2000) == expected


def test_a_run_of_a_million_steps_settles_when_its_slowest_swing_has_died_out() -> None:
    """The envelope falls as momentum^(t/2): 2 ln(1000) / (1 - momentum) steps to a thousandth."""
    steps = heavy_ball(1e-3, 0.99999).settled_after()
    assert steps == pytest.approx(2 * np.log(1000) / 1e-5, rel=1e-3)


def test_beyond_the_stable_range_no_run_settles() -> None:
    assert heavy_ball(4.1, 0.99999).settled_after() == inf
    assert heavy_ball(4.1, 0.99999).crossings(0, inf) == inf
