"""Scores of Monte Carlo predictions of trained networks."""

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.bench.networks import Network
from refute.lab.bench.training import Training
from refute.lab.monte_carlo.mc_predictions import (
    PASSES,
    MonteCarloTraining,
    log_loss,
    prediction,
    score,
)

SOME = Replicates(0, 3, seed=1)


def trained(rate, steps=30):
    network = Network(hidden=(20,), dropout=rate)
    return MonteCarloTraining(network=network, data=Digits(64), steps=steps)


def test_without_dropout_all_predictions_agree():
    samples = trained(0.0).run(SOME).samples
    ordinary = samples["test accuracy, ordinary prediction"].lower
    for count in PASSES:
        assert np.array_equal(samples[f"test accuracy, {prediction(count)}"].lower, ordinary)
        assert samples[f"log loss, {prediction(count)}"].lower == pytest.approx(
            samples["log loss, ordinary prediction"].lower, rel=1e-5
        )


def test_the_ordinary_prediction_agrees_with_the_same_training():
    plain = Training(network=Network(hidden=(20,), dropout=0.5), data=Digits(64), steps=30)
    ours = trained(0.5).run(SOME).samples["test accuracy, ordinary prediction"]
    assert np.array_equal(ours.lower, plain.run(SOME).samples["test accuracy"].lower)
    assert ours.per == 360


def test_more_passes_lower_the_loss_of_the_average():
    """By Jensen's inequality for the expectation; here by far."""
    samples = trained(0.5).run(SOME).samples
    single, hundred = (samples[f"log loss, {prediction(count)}"].lower for count in (1, 100))
    assert (hundred < single).all()


def test_passes_with_one_mask_are_one_pass_with_another_mask():
    samples = trained(0.5).run(SOME).samples
    shared, ten, single = (
        samples[f"log loss, {name}"].lower
        for name in (prediction(10, one_mask=True), prediction(10), prediction(1))
    )
    assert (shared > ten).all()
    assert (shared != single).all()


def test_log_loss_of_known_probabilities_and_of_zero():
    probabilities = torch.tensor([[[0.5, 0.5], [0.25, 0.75]]])
    labels = torch.tensor([[0, 1]])
    assert log_loss(probabilities, labels).item() == pytest.approx(
        -(np.log(0.5) + np.log(0.75)) / 2
    )
    impossible = log_loss(torch.tensor([[[1.0, 0.0]]]), torch.tensor([[1]]))
    assert impossible.item() == pytest.approx(87.3, abs=0.1)


def test_scores_name_themselves():
    assert score("test accuracy", 10, rate=0.5).name == (
        "test accuracy of 10 passes with dropout 0.5"
    )
    assert score("log loss", None, rate=0.2, train_count=100).name == (
        "log loss of ordinary prediction with dropout 0.2 and 100 training images"
    )
    assert "1 pass " in score("log loss", 1, rate=0.5).name
