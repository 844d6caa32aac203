"""Properties of a step under a penalty, on known cases."""

from __future__ import annotations

import pytest
import torch

from refute.lab.sparsity.penalised_steps import (
    PenalisedStep,
    weakly_pulled_weights_approach_zero,
)

STEP = PenalisedStep(widths=(8, 16, 3), norm=1, strength=0.02, lr=0.05, seed=3)


@pytest.mark.parametrize("norm", [1, 2])
def test_a_step_goes_down_the_loss_gradient_and_the_penaltys(norm: int) -> None:
    step = PenalisedStep(STEP.widths, norm, STEP.strength, STEP.lr, STEP.seed)
    before, after, gradient = step.take()
    penalty = before.sign() if norm == 1 else 2 * before
    torch.testing.assert_close(after, before - step.lr * (gradient + step.strength * penalty))


def test_a_step_is_reproducible() -> None:
    torch.rand(1)
    assert all(map(torch.equal, STEP.take(), STEP.take()))


def test_an_l1_penalty_brings_weakly_pulled_weights_closer_and_an_l2_penalty_does_not() -> None:
    assert weakly_pulled_weights_approach_zero(STEP)
    assert not weakly_pulled_weights_approach_zero(PenalisedStep((8, 16, 3), 2, 0.02, 0.05, 3))


def test_in_most_networks_the_penalty_is_larger_than_some_gradients() -> None:
    """At the smallest width and penalty; in others the property says nothing."""
    concerned = 0
    for seed in range(100):
        _, _, gradient = PenalisedStep((8, 8, 2), 1, 1e-3, 0.1, seed).take()
        concerned += bool((gradient.abs() < 1e-3).any())
    assert concerned > 75
