"""Confidence and accuracy, against torch's own softmax."""

import pytest
import torch

from refute.experiment import Replicates
from refute.lab.activations.confidence import Confidence
from refute.lab.bench.data import Digits
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD

TWO = Replicates(0, 2, 3)
STILL = Confidence(Network(hidden=(8,)), optimizer=SGD(0.0), steps=1)


def test_the_gap_is_the_mean_largest_probability_minus_the_share_that_is_right():
    gaps = STILL.run(TWO).samples["confidence minus accuracy"]
    for k in TWO:
        samples = Digits().draw(TWO)
        x, y = samples.take(samples.test[k])
        with torch.no_grad():
            shares = STILL.network.module(TWO, k)(x).softmax(-1)
        largest, predicted = shares.max(-1)
        expected = largest.mean() - (predicted == y).float().mean()
        assert gaps.lower[k] == pytest.approx(float(expected), abs=1e-6)
