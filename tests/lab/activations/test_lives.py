"""Units that die in training: which are dead, which revive, and why."""

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.activations.lives import Lives, share_of_units
from refute.lab.activations.slopes import slopes
from refute.lab.bench.initializers import Constant
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam

SMALL = Network(hidden=(20, 20))


def lives(**settings):
    record = Lives(**{"network": SMALL, "steps": 88, **settings}).run(Replicates(0, 4, 5))
    return record.samples, record.series


@pytest.mark.parametrize(
    ("activation", "expected"), [("relu", [0.0, 1.0]), ("leaky relu", [0.01, 1.0])]
)
def test_a_slope_is_the_derivative_on_either_side_of_0(activation, expected):
    derivatives = slopes(Network(activation=activation), torch.tensor([-2.0, 3.0]))
    assert derivatives.tolist() == pytest.approx(expected)


def test_units_that_never_fire_are_dead_unless_they_are_leaky():
    # One unit in ten starts far below 0 on every image.
    low = np.zeros(20, dtype=np.float32)
    low[:2] = -1000

    class Some(Constant):
        def draw(self, generator, fan_in, fan_out):
            return np.tile(low if fan_out == 20 else low[10:], (fan_in, 1))

    samples, _ = lives(network=Network(hidden=(20, 20), biases=Some()), optimizer=SGD(lr=0.005))
    assert samples["dead units"].lower.tolist() == samples["dead units"].upper.tolist() == [4] * 4
    assert samples["dead units"].per == 40
    assert samples["all but dead units"].lower.tolist() == [4] * 4
    assert samples["once dead units"].lower.tolist() == [2] * 4
    assert samples["revived units"].upper.tolist() == [0] * 4
    leaky = Network(hidden=(20, 20), activation="leaky relu", biases=Some())
    samples, _ = lives(network=leaky, optimizer=SGD(lr=0.0005))
    assert samples["dead units"].lower.tolist() == [0] * 4


def test_counts_in_parts_equal_counts_over_all_images_at_once():
    training = Lives(network=Network(hidden=(30,) * 4), steps=44, optimizer=Adam(lr=0.01))
    record = training.run(Replicates(0, 4, 5))
    with torch.no_grad():
        run = training.train(Replicates(0, 4, 5))
        images = run.samples.take(run.samples.train)[0]
        dead = sum((z <= 0).all(1).sum(1) for z, _ in run.net.signals(images))
    assert record.samples["dead units"].lower.tolist() == dead.tolist()
    assert record.series[0].x.tolist() == [0, 44]
    assert record.series[0].values[:, -1] * 120 == pytest.approx(dead.numpy())


def test_counts_are_unknown_for_a_network_that_did_not_learn():
    samples, _ = lives(optimizer=SGD(lr=1e-9))
    assert samples["dead units"].lower.tolist() == [0] * 4
    assert samples["dead units"].upper.tolist() == [40] * 4
    assert samples["once dead units"].lower.tolist() == [1] * 4  # a share of none is no number


def test_a_dead_unit_revives_only_if_the_layers_below_it_learn():
    deep = Network(hidden=(50,) * 5)
    free, _ = lives(network=deep, optimizer=Adam(lr=0.003), steps=220)
    held, _ = lives(network=deep, optimizer=Adam(lr=0.003), steps=220, below_held=True)
    assert (free["revived units"].lower > 0).all()
    assert (held["once dead units"].lower >= 1).all()
    assert (held["once dead units"].upper < 200).all()
    assert held["revived units"].upper.tolist() == [0] * 4


def test_the_name_says_what_is_counted_and_when():
    assert share_of_units("dead units", SMALL, steps=88, below_held=True).name == (
        "dead units in 88 steps with 2 hidden layers of 20 and layers below the last hidden one "
        "held fixed"
    )
