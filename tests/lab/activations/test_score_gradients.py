"""Gradients by the scores against their formulas."""

import pytest
import torch

from refute.lab.activations.score_gradients import (
    ScoredSample,
    gradient_is_prediction_minus_target,
)

SAMPLE = ScoredSample((0.5, -1.0, 2.0), target=1)


def test_the_prediction_less_the_target():
    scores = torch.tensor(SAMPLE.scores, dtype=torch.float64)
    target = torch.tensor([0.0, 1.0, 0.0], dtype=torch.float64)
    softmax = scores.exp() / scores.exp().sum()
    torch.testing.assert_close(SAMPLE.prediction_minus_target("softmax"), softmax - target)
    sigmoid = 1 / (1 + (-scores).exp())
    torch.testing.assert_close(SAMPLE.prediction_minus_target("sigmoid"), sigmoid - target)


def test_squared_error_has_the_slope_of_the_sigmoid_as_a_factor():
    p = torch.tensor(SAMPLE.scores, dtype=torch.float64).sigmoid()
    expected = SAMPLE.prediction_minus_target("sigmoid") * p * (1 - p)
    torch.testing.assert_close(SAMPLE.gradient("sigmoid", "squared error"), expected)


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_only_cross_entropy_has_the_plain_difference(output):
    assert gradient_is_prediction_minus_target(SAMPLE, output, "cross-entropy")
    assert not gradient_is_prediction_minus_target(SAMPLE, output, "squared error")


def test_a_sample_is_described_by_its_scores_and_class():
    assert SAMPLE.said == "scores 0.5, −1, 2 and class 1"
