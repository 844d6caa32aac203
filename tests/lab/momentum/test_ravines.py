"""The way across a ravine, against closed forms and torch's own steps."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.momentum.ravines import Swinging, distance_across, way_across
from refute.lab.momentum.trajectory import TOLERANCE, Trajectory


def across(stiffness: float, momentum: float) -> Trajectory:
    return Trajectory.of(np.array([stiffness]), np.ones(1), momentum)


def test_without_momentum_the_way_is_a_geometric_series() -> None:
    # From 1 with the factor -0.9 at each step: 1.9 + 1.71 + ..., which sums to 19.
    assert way_across(across(1.9, 0.0)) == pytest.approx(19, rel=2 * TOLERANCE)


def test_at_1_over_the_curvature_plain_sgd_goes_straight_to_the_floor() -> None:
    assert way_across(across(1.0, 0.0)) == pytest.approx(1)


@pytest.mark.parametrize("momentum", [0.9, 0.99])
def test_the_way_is_that_of_torchs_optimizer(momentum: float) -> None:
    trajectory = across(1.5, momentum)
    parameter = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=momentum, foreach=False)
    way = 0.0
    for _ in range(int(trajectory.settled_after())):
        before = float(parameter.detach())
        parameter.grad = 1.5 * parameter.detach()
        optimizer.step()
        way += abs(float(parameter.detach()) - before)
    assert way_across(trajectory) == pytest.approx(way, rel=1e-6)


def test_where_sgd_diverges_the_way_has_no_end() -> None:
    assert way_across(across(2.5, 0.0)) == np.inf


def test_a_replicate_is_the_same_in_any_chunk() -> None:
    experiment = Swinging(0.9, (100, 1000), "best")
    together = experiment.run(Replicates(0, 6)).samples["distance"].lower
    later = experiment.run(Replicates(4, 2)).samples["distance"].lower
    np.testing.assert_array_equal(together[4:], later)


def test_the_quantity_names_itself() -> None:
    assert distance_across(momentum=0.0, condition=(100, 1000), rate="best").name == (
        "distance travelled across the ravine on quadratics of condition number 100 to 1000 "
        "with no momentum, learning rate the best one without momentum"
    )
