"""Solvers with an l1 penalty, against the objectives that they minimise."""

from __future__ import annotations

import numpy as np
import torch

from refute.experiment import Replicates
from refute.lab.sparsity.dual_averaging import (
    STEPS,
    Ftrl,
    PenalisedSgd,
    Rda,
    SoftmaxRegression,
    zeros_by,
)


def test_ftrl_minimises_its_objective() -> None:
    """Of gradients so far, proximal terms and l1 penalty, evaluated on a grid."""
    strength, grid = 0.5 / STEPS, torch.linspace(-2, 2, 400_001, dtype=torch.float64)
    ftrl, total, proximal, squares, weight = Ftrl((1,), strength), 0.0, 0 * grid, 0.0, 0.0
    for gradient in (-2.0, 0.5, -1.0, 0.3):
        pace = ((squares + gradient**2) ** 0.5 - squares**0.5) / 0.1
        squares += gradient**2
        total += gradient
        proximal = proximal + pace / 2 * (grid - weight) ** 2
        objective = total * grid + proximal + 1.0 / 0.1 / 2 * grid**2 + 0.5 * grid.abs()
        weight = float(ftrl(torch.tensor([gradient])))
        assert abs(weight - float(grid[objective.argmin()])) < 1e-4


def test_rda_thresholds_the_average_gradient() -> None:
    rda = Rda((2,), 0.1)
    rda(torch.tensor([0.3, -0.05]))
    weights = rda(torch.tensor([0.1, -0.05]))
    torch.testing.assert_close(weights, torch.tensor([-(2**0.5) / 5 * 0.1, 0.0]))
    assert float(weights[1]) == 0


def test_penalised_sgd_steps_down_gradient_and_penalty() -> None:
    sgd = PenalisedSgd((1,), 0.5)
    assert float(sgd(torch.tensor([-1.0]))) == np.float32(0.1)
    assert abs(float(sgd(torch.tensor([-1.0]))) - (0.1 + 0.1 - 0.05)) < 1e-6


def test_only_thresholds_and_penalties_leave_zeros_and_models_learn() -> None:
    replicates = Replicates(0, 2)
    shares = {}
    for solver, strength in (("FTRL", 0.01), ("RDA", 0.01), ("SGD", 0.01), ("FTRL", 0.0)):
        zeros = SoftmaxRegression(solver, strength).run(replicates).samples["zero weights"]
        np.testing.assert_array_equal(zeros.lower, zeros.upper)  # known, as it learned
        shares[solver, strength] = zeros.lower.min()
    assert shares["FTRL", 0.01] > 100
    assert shares["RDA", 0.01] > 100
    assert shares["SGD", 0.01] == shares["FTRL", 0.0] == 0


def test_the_quantity_names_itself() -> None:
    assert zeros_by("RDA", strength=0.01).name == (
        "share of zero weights by RDA with l1 penalty 0.01"
    )
