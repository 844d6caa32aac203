"""Confidence and accuracy, bin by bin."""

import numpy as np
import pytest

from refute.experiment import Replicates
from refute.lab.activations.confidence import Confidence, calibration_error
from refute.lab.bench.data import Digits
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD

TWO = Replicates(0, 2, 3)


def test_too_much_and_too_little_confidence_do_not_cancel():
    confidences = np.array([0.55, 0.55, 0.95, 0.95])
    outcomes = np.array([[True, True, True, False]])
    assert confidences.mean() == outcomes.mean()
    assert calibration_error(confidences, outcomes) == pytest.approx([0.45])


def test_bins_are_weighted_by_what_they_hold():
    confidences = np.array([0.5, 0.5, 0.5, 1.0])
    outcomes = np.array([[True, False, False, True], [True, True, True, True]])
    assert calibration_error(confidences, outcomes) == pytest.approx([0.5 / 4, 1.5 / 4])


def test_an_untrained_network_is_too_confident():
    network = Network(inputs=Digits().features, hidden=(8,))
    errors = Confidence(network, optimizer=SGD(0.0), steps=1).run(TWO).samples["calibration error"]
    assert (errors.lower > 0.02).all()
