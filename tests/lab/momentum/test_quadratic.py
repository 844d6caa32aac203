"""The closed form of momentum on quadratics is torch's own optimizer, step for step."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest
import torch

from refute.lab.momentum.quadratic import (
    TOLERANCE,
    Bowl,
    Run,
    Settling,
    Shaking,
    carried_past_minimum,
    shaken_variance,
    stable_limit,
    step_matrices,
)
from refute.quantity import Replicates

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


def heavy_ball(stiffness: float, momentum: float) -> Run:
    return Run.of(np.array([stiffness]), np.ones(1), momentum)


@pytest.mark.parametrize(("momentum", "nesterov"), KINDS)
def test_positions_are_those_of_an_ordinary_training_loop(momentum: float, nesterov: bool) -> None:
    path = by_torch(momentum, nesterov, 3000)
    run = Run.of(STIFFNESS, START, momentum, nesterov=nesterov)
    np.testing.assert_allclose(run.positions(0, 3001), path, atol=1e-9)
    np.testing.assert_allclose(run.positions(2500, 100), path[:, 2500:2600], atol=1e-9)


@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
def test_settling_is_the_last_step_outside_the_tolerance(momentum: float, nesterov: bool) -> None:
    distance = np.linalg.norm(by_torch(momentum, nesterov, 10_000), axis=0)
    expected = np.flatnonzero(distance > TOLERANCE * distance[0])[-1] + 1
    run = Run.of(STIFFNESS, START, momentum, nesterov=nesterov)
    assert run.settled_after() == expected


@pytest.mark.parametrize(("momentum", "nesterov"), KINDS)
def test_crossings_are_the_changes_of_sign(momentum: float, nesterov: bool) -> None:
    path = by_torch(momentum, nesterov, 2000)
    run = Run.of(STIFFNESS, START, momentum, nesterov=nesterov)
    for axis in range(2):  # the stiff axes die out within 2000 steps, below what doubles tell
        expected = int((path[axis, 1:] * path[axis, :-1] < 0).sum())
        assert run.crossings(axis, 2000) == expected


def test_a_run_of_a_million_steps_settles_when_its_slowest_swing_has_died_out() -> None:
    """The envelope falls as momentum^(t/2): 2 ln(1000) / (1 - momentum) steps to a thousandth."""
    steps = heavy_ball(1e-3, 0.99999).settled_after()
    assert steps == pytest.approx(2 * np.log(1000) / 1e-5, rel=1e-3)


def test_beyond_the_stable_range_no_run_settles() -> None:
    assert heavy_ball(4.1, 0.99999).settled_after() == inf
    assert heavy_ball(4.1, 0.99999).crossings(0, inf) == inf


def test_without_momentum_there_is_no_velocity() -> None:
    np.testing.assert_array_equal(step_matrices(np.array([0.25]), 0.0)[0], [[0.75, 0], [0, 0]])


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9, 0.99999])
def test_the_heavy_balls_stable_range_is_the_published_one(momentum: float) -> None:
    assert stable_limit(momentum) == pytest.approx(2 * (1 + momentum), abs=1e-12)


@pytest.mark.parametrize("momentum", [0.3, 0.9, 0.99999])
def test_nesterovs_stable_range_shrinks(momentum: float) -> None:
    expected = 2 * (1 + momentum) / (1 + 2 * momentum)
    assert stable_limit(momentum, nesterov=True) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("momentum", [0.8, 0.9, 0.99])
def test_a_run_is_carried_past_when_it_is_underdamped(momentum: float) -> None:
    critical = (1 - sqrt(momentum)) ** 2
    assert carried_past_minimum(Bowl((20 * critical,), (1.0,)), momentum=momentum)
    assert not carried_past_minimum(Bowl((critical / 2,), (1.0,)), momentum=momentum)


def test_every_axis_must_pass() -> None:
    assert not carried_past_minimum(Bowl((0.5, 1e-4), (1.0, 1.0)), momentum=0.9)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_stationary_variance_is_that_of_a_noisy_training_loop(momentum: float) -> None:
    rate, chains = 0.3, 20_000
    noise = torch.Generator().manual_seed(0)
    parameter = torch.nn.Parameter(torch.zeros(chains, dtype=torch.float64))
    optimizer = torch.optim.SGD([parameter], lr=rate, momentum=momentum)
    for _ in range(300):
        pushed = torch.randn(chains, generator=noise, dtype=torch.float64)
        parameter.grad = parameter.detach() + pushed
        optimizer.step()
    expected = float(parameter.detach().var())
    assert shaken_variance(np.array([rate]), momentum)[0] == pytest.approx(expected, rel=0.05)


def test_arms_of_other_momentum_meet_the_same_bowls() -> None:
    """Without momentum and with: the same replicates, whichever chunk they came in."""
    one = Shaking(0.0).run(Replicates(0, 8)).samples["variance"].lower
    rates = 2 * one / (1 + one)  # variance r / (2 - r) at momentum 0
    other = Shaking(0.9).run(Replicates(0, 8)).samples["variance"].lower
    np.testing.assert_allclose(shaken_variance(rates, 0.9), other, rtol=1e-9)


def test_a_replicate_is_the_same_in_any_chunk() -> None:
    experiment = Settling(0.9, (1, 1e4))
    all_at_once = experiment.run(Replicates(0, 6)).samples["steps"].lower
    later = experiment.run(Replicates(4, 2)).samples["steps"].lower
    np.testing.assert_array_equal(all_at_once[4:], later)


def test_a_trajectory_is_the_way_of_torchs_optimizer_along_the_flattest_axis() -> None:
    (way,) = Settling(0.9, (1, 100.0)).run(Replicates(0, 2)).series
    parameter = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=0.9)
    positions = [1.0]
    for _ in range(int(way.x[-1])):
        parameter.grad = 0.01 * parameter.detach()
        optimizer.step()
        positions.append(float(parameter.detach()))
    assert way.values[0] == pytest.approx([positions[int(step)] for step in way.x])
    assert way.values[1].tolist() == way.values[0].tolist()


@pytest.mark.parametrize("condition", [1e4, 1e8])
def test_a_trajectory_spans_six_half_swings_of_a_frictionless_one(condition: float) -> None:
    (way,) = Settling(0.99999, (1, condition)).run(Replicates(0, 1)).series
    signs = np.sign(way.values[0])
    assert np.count_nonzero(signs[1:] != signs[:-1]) == 6
    assert len(way.x) <= 145
    (creeping,) = Settling(0.0, (1, condition)).run(Replicates(0, 1)).series
    assert (creeping.values[0] > 0).all()
