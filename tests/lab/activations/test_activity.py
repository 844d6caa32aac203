"""Activity of hidden units after training, also of networks that diverged."""

import pytest
import torch

from refute.experiment import Replicates
from refute.lab.activations.activity import ActivityAfterTraining, after_training
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD

SMALL = (Network(hidden=(7, 5)), 20)


def run(replicates=4, **settings):
    training = ActivityAfterTraining(**{"network": SMALL[0], "steps": SMALL[1], **settings})
    return training, training.run(Replicates(0, replicates, 5))


def test_counts_equal_those_of_each_network_on_its_own():
    training, record = run()
    with torch.no_grad():
        finished = training.train(Replicates(0, 4, 5))
    inputs = finished.samples.take(finished.samples.test)[0]
    for at in range(4):
        zeros, means, h = 0, [], inputs[at]
        for weight, bias in zip(finished.net.weights[:-1], finished.net.biases[:-1], strict=True):
            h = (h @ weight[at] + bias[at]).relu()
            zeros += int((h == 0).sum())
            means += h.double().mean(0).abs().tolist()
        assert record.samples["zero activations"].lower[at] == zeros
        distance = record.samples["distance of mean outputs from 0"].lower[at]
        assert distance == pytest.approx(sum(means) / 12)
    assert record.samples["zero activations"].per == 360 * 12


def test_a_network_that_diverged_to_nan_has_unknown_activity():
    _, record = run(network=Network(hidden=(7, 5), activation="leaky relu"), optimizer=SGD(1e6))
    zeros = record.samples["zero activations"]
    assert (zeros.lower == 0).all()
    assert (zeros.upper == 360 * 12).all()
    distances = record.samples["distance of mean outputs from 0"]
    assert (distances.lower == 0).all()
    assert (distances.upper == float("inf")).all()


def test_it_also_records_what_any_training_records():
    _, record = run()
    assert "test accuracy" in record.samples
    assert after_training("zero activations", SMALL[0]).name == (
        "zero activations after training with hidden layers of 7-5"
    )


def test_without_steps_the_name_says_before_training():
    assert after_training("zero activations", SMALL[0], steps=0).name == (
        "zero activations before training with hidden layers of 7-5"
    )
