"""Random bowls are the same in any chunk, and trajectories are torch's own."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.momentum.settling import Settling, steps_to_settle, steps_to_settle_at_best


def test_a_replicate_is_the_same_in_any_chunk() -> None:
    experiment = Settling(0.9, (1, 1e4))
    all_at_once = experiment.run(Replicates(0, 6)).samples["steps"].lower
    later = experiment.run(Replicates(4, 2)).samples["steps"].lower
    np.testing.assert_array_equal(all_at_once[4:], later)


def test_a_trajectory_agrees_with_torchs_optimizer_along_the_flattest_axis() -> None:
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
def test_a_trajectory_spans_six_frictionless_half_swings(condition: float) -> None:
    (way,) = Settling(0.99999, (1, condition)).run(Replicates(0, 1)).series
    signs = np.sign(way.values[0])
    assert np.count_nonzero(signs[1:] != signs[:-1]) == 6
    assert len(way.x) <= 145
    (creeping,) = Settling(0.0, (1, condition)).run(Replicates(0, 1)).series
    assert (creeping.values[0] > 0).all()


def test_the_best_of_several_momenta_is_chosen_for_each_bowl() -> None:
    condition = (1.0, 1e4)
    best = steps_to_settle_at_best((0.0, 0.9, 0.99), condition=condition)
    replicates = Replicates(0, 8)
    quickest = best.sample(lambda experiment: experiment.run(replicates)).lower
    each = [Settling(m, condition).run(replicates).samples["steps"].lower for m in (0, 0.9, 0.99)]
    np.testing.assert_array_equal(quickest, np.min(each, axis=0))
    assert len(set(np.argmin(each, axis=0))) > 1
    assert "or momentum 0.9 or momentum 0.99 where that is less" in best.name
    assert steps_to_settle_at_best((0.9,), condition=condition) == steps_to_settle(
        momentum=0.9, condition=condition
    )
