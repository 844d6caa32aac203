"""Gaussian noise in place of dropout."""

import numpy as np
import pytest

from refute.experiment import Replicates
from refute.lab.bench.networks import Network
from refute.lab.dropout.noise import NoisyTraining, steps_to_loss_with_noise

TRAINING = NoisyTraining(network=Network(hidden=(50, 40), dropout=0.2), batch=64)


def factors(training, replicates, steps):
    masks = training.masks(replicates)
    return [[drop.scale.numpy().copy() for drop in next(masks)] for _ in range(steps)]


def test_noise_has_dropouts_mean_and_variance_and_drops_nothing():
    first, second = factors(TRAINING, Replicates(0, 4), 1)[0]
    assert first.shape == (4, 50, 64)
    assert second.shape == (4, 40, 64)
    for layer in (first, second):
        assert layer.mean() == pytest.approx(1, abs=0.03)
        assert layer.var() == pytest.approx(0.25, rel=0.05)
        assert (layer != 0).all()


def test_noise_differs_between_replicates_and_steps():
    once, again = factors(TRAINING, Replicates(0, 2), 2)
    assert not np.array_equal(once[0], again[0])
    assert not np.array_equal(once[0][0], once[0][1])
    assert np.array_equal(factors(TRAINING, Replicates(1, 1), 1)[0][0][0], once[0][1])


def test_the_quantity_names_the_noise():
    assert steps_to_loss_with_noise(0.1, rate=0.5).name == (
        "steps to training loss 0.1 with noise of the variance of dropout 0.5"
    )
