"""Training in fractions, against torch in float64."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from refute.lab.symmetry import exact_training
from refute.lab.symmetry.exact_training import ExactNetwork, exactly_identical, train_exactly

NUDGED = ExactNetwork(
    (2, 3, 2, 2),
    values=(Fraction(1, 2), Fraction(3, 4), Fraction(-1, 8)),
    seed=3,
    nudge=Fraction(1, 4),
    slope=Fraction(1, 4),
    momentum=Fraction(1, 2),
    steps=3,
)
EQUAL = ExactNetwork((2, 3, 2), (Fraction(1, 2), Fraction(1, 4)), seed=1, steps=3)


def as_floats(layers):
    return [torch.tensor(layer.astype(np.float64)) for layer in layers]


@pytest.mark.parametrize("network", [NUDGED, EQUAL])
def test_exact_training_agrees_with_torch_in_floats(network):
    weights = [layer.requires_grad_() for layer in as_floats(exact_training._weights(network))]
    inputs, targets = as_floats(exact_training._data(network))
    optimizer = torch.optim.SGD(
        weights, lr=float(network.learning_rate), momentum=float(network.momentum)
    )
    for _ in range(network.steps):
        optimizer.zero_grad()
        h = inputs
        for weight in weights[:-1]:
            z = h @ weight[:-1] + weight[-1]
            h = torch.where(z > 0, z, float(network.slope) * z)
        outputs = h @ weights[-1][:-1] + weights[-1][-1]
        ((outputs - targets).square().sum() / (2 * len(inputs))).backward()
        optimizer.step()
    for exact, floating in zip(as_floats(train_exactly(network)), weights, strict=True):
        torch.testing.assert_close(exact, floating.detach())


def test_numbers_stay_fractions():
    assert all(
        isinstance(weight, Fraction) for layer in train_exactly(NUDGED) for weight in layer.ravel()
    )


def test_equal_units_stay_exactly_identical_and_a_nudged_one_does_not():
    assert exactly_identical(train_exactly(EQUAL))
    assert not exactly_identical(train_exactly(NUDGED))


def test_training_moves_the_weights():
    moved = train_exactly(EQUAL)[0]
    assert (moved[:-1] != Fraction(1, 2)).any()


def test_a_difference_in_outgoing_weights_alone_is_detected():
    weights = train_exactly(EQUAL)
    weights[1][0, 0] += Fraction(1, 10**30)
    assert not exactly_identical(weights)
