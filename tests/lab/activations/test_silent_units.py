"""Silent units: how they start, what a step does, and which of them revive."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from refute.lab.activations.silent_units import FEATURES, RATE, SAMPLES, UNITS, SilentUnit

SEEDS = range(12)


def came_back(**settings):
    return [SilentUnit(below=0.05, seed=seed, **settings).comes_back() for seed in SEEDS]


def test_no_gradient_reaches_a_unit_of_the_first_layer():
    assert not any(came_back(layer=1))


def test_units_of_the_second_layer_revive_through_the_layer_below():
    assert any(came_back(layer=2))
    assert not any(came_back(layer=2, below_held=True))


def test_a_slope_below_zero_revives_them():
    assert any(came_back(layer=1, slope=0.1))


@pytest.mark.parametrize("slope", [0.0, 0.1])
@pytest.mark.parametrize("held", [False, True])
def test_the_step_is_gradient_descent(slope, held):
    generator = np.random.default_rng(4)
    sizes = (FEATURES, UNITS, UNITS, 1)
    samples = generator.standard_normal((SAMPLES, FEATURES))
    targets = generator.standard_normal((SAMPLES, 1))
    weights = [generator.standard_normal(shape) for shape in pairwise(sizes)]
    biases = [generator.standard_normal(units) for units in sizes[1:]]
    leaves = [torch.tensor(array, requires_grad=True) for array in (*weights, *biases)]
    h = torch.from_numpy(samples)
    for at, (weight, bias) in enumerate(zip(leaves[:3], leaves[3:], strict=True)):
        z = h @ weight + bias
        h = torch.nn.functional.leaky_relu(z, slope) if at < 2 else z
    torch.nn.functional.mse_loss(h, torch.from_numpy(targets)).backward()
    expected = [
        leaf.detach().numpy() - (0 if held and at % 3 == 0 else RATE) * leaf.grad.numpy()
        for at, leaf in enumerate(leaves)
    ]
    SilentUnit(2, 0.05, 4, slope, held)._step(samples, targets, weights, biases)
    for ours, theirs in zip((*weights, *biases), expected, strict=True):
        assert np.allclose(ours, theirs)
