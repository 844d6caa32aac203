"""Scales during training, against the same networks of torch's own modules."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import ZEROS, Normal
from refute.lab.bench.networks import Network, layer_outputs
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.settings import experiment_of
from refute.lab.initialization.during_training import (
    FIVE,
    LOOKS,
    ScalesInTraining,
    _looks,
    instability,
    last_over_first,
)

SMALL = Network(hidden=(8, 8, 8), activation="tanh")
STILL = ScalesInTraining(SMALL, optimizer=SGD(0.0), steps=20, chunk=2)
TWO = Replicates(0, 2, 3)


def test_instability_agrees_with_autograd_on_torchs_own_modules():
    measured = STILL.run(TWO).samples
    for k in TWO:
        module = SMALL.module(TWO, k)
        samples = Digits().draw(TWO)
        x, y = samples.take(samples.train[k, :100])
        outputs = layer_outputs(module, x)
        loss = nn.functional.cross_entropy(outputs[-1], y)
        first, last = torch.autograd.grad(loss, (outputs[0], outputs[2]))
        ratio = float(first.norm() / last.norm())
        factor = max(ratio, 1 / ratio)
        assert measured["instability at the beginning"].lower[k] == pytest.approx(factor, rel=1e-4)
        deviations = [float(h.detach().std(correction=0)) for h in outputs]
        assert measured["last layer over first before training"].lower[k] == pytest.approx(
            deviations[2] / deviations[0], rel=1e-4
        )


def test_without_a_learning_rate_nothing_changes():
    measured = STILL.run(TWO).samples
    assert np.allclose(
        measured["instability at the beginning"].lower, measured["instability later"].lower
    )
    assert np.allclose(
        measured["last layer over first before training"].lower,
        measured["last layer over first after training"].lower,
    )


def test_training_changes_later_instability_but_not_the_start():
    trained = replace(STILL, optimizer=SGD(0.1)).run(TWO).samples
    still = STILL.run(TWO).samples
    before, after = (f"last layer over first {when} training" for when in ("before", "after"))
    assert (trained[before].lower == still[before].lower).all()
    assert (trained[after].lower != still[after].lower).all()


def test_networks_without_a_gradient_are_unknown():
    zero = replace(STILL, network=replace(SMALL, weights=ZEROS)).run(TWO).samples
    assert (zero["instability later"].lower == 1).all()
    assert np.isinf(zero["instability later"].upper).all()


def test_measurements_get_sparser_from_the_start_to_the_end():
    looks = _looks(660)
    assert (looks[0], looks[1], looks[-1]) == (0, 1, 660)
    assert len(looks) <= LOOKS + 1
    assert (np.diff(np.diff(looks)) >= -1).all()


def test_quantities_of_one_setting_share_its_training():
    settings = {"weights": Normal(std=0.05)}
    training = experiment_of(ScalesInTraining, FIVE, settings)
    for quantity in (
        instability("later", **settings),
        last_over_first("after", **settings),
    ):
        assert quantity.experiments() == (training,)
    assert instability("later", **settings).name == (
        "largest factor between the gradients of first and last hidden layer in its second half "
        "with 5 hidden layers of 100 and N(0, 0.05²) weights"
    )


def test_decades_are_the_logarithm_of_the_instability():
    measured = STILL.run(TWO).samples
    for part in ("at the beginning", "later"):
        assert measured[f"decades {part}"].lower == pytest.approx(
            np.log10(measured[f"instability {part}"].lower)
        )
