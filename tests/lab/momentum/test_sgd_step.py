"""The matrix of a step is torch's own, and its stable range the published one."""

from __future__ import annotations

import numpy as np
import pytest

from refute.lab.momentum.sgd_step import stable_limit, step_matrices


def test_without_momentum_there_is_no_velocity() -> None:
    np.testing.assert_array_equal(step_matrices(np.array([0.25]), 0.0)[0], [[0.75, 0], [0, 0]])


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9, 0.99999])
def test_the_heavy_balls_stable_range_is_the_published_one(momentum: float) -> None:
    assert stable_limit(momentum) == pytest.approx(2 * (1 + momentum), abs=1e-12)


@pytest.mark.parametrize("momentum", [0.3, 0.9, 0.99999])
def test_nesterovs_stable_range_shrinks(momentum: float) -> None:
    expected = 2 * (1 + momentum) / (1 + 2 * momentum)
    assert stable_limit(momentum, nesterov=True) == pytest.approx(expected, abs=1e-12)
