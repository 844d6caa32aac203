"""Statistics of batch normalization, and outputs, against each other."""

import pytest
import torch

from refute.lab.batch_normalization.statistics import (
    MINIBATCHES,
    TrainedNorm,
    has_mean_beta_and_deviation_gamma,
    uses_moving_averages,
)

NORM = TrainedNorm(units=3, samples=16, momentum=0.1, seed=4)


def test_only_predictions_use_moving_averages():
    assert uses_moving_averages(NORM, training=False)
    assert not uses_moving_averages(NORM, training=True)


def test_only_outputs_in_training_have_mean_beta_and_deviation_gamma():
    assert has_mean_beta_and_deviation_gamma(NORM, training=True)
    assert not has_mean_beta_and_deviation_gamma(NORM, training=False)


def test_outputs_in_training_are_the_standardized_minibatch_scaled_and_shifted():
    last = NORM._minibatches()[MINIBATCHES]
    gamma, beta = NORM._gamma_and_beta()
    expected = gamma * (last - last.mean(0)) / last.std(0, correction=0) + beta
    torch.testing.assert_close(NORM.outputs(training=True), expected)


@pytest.mark.parametrize("momentum", [0.01, 0.5])
def test_the_averages_depend_on_momentum(momentum):
    other = TrainedNorm(units=3, samples=16, momentum=momentum, seed=4)
    assert uses_moving_averages(other, training=False)
    assert (other.by_moving_averages() - NORM.by_moving_averages()).abs().max() > 0.01
