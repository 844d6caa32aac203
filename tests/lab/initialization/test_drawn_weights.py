"""Weights of one layer, against their distributions."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings

from refute.engine.engine import Engine
from refute.experiment import Replicates
from refute.lab.bench.initializers import (
    GLOROT_NORMAL,
    GLOROT_UNIFORM,
    HE_NORMAL,
    HE_UNIFORM,
    LECUN_NORMAL,
    Constant,
    Normal,
)
from refute.lab.initialization.drawn_weights import (
    FANS,
    DrawnLayer,
    DrawnWeights,
    TorchLinear,
    drawn_layers,
    glorots_limit,
    largest_over_glorots_limit,
    scaled_mean,
    scaled_variance,
    standard_deviation,
    variance_by_both_fans,
    weights_beyond_one,
    within_glorots_limit,
)


@pytest.fixture(scope="module")
def median():
    engine = Engine(seed=5)

    def median(quantity):
        sample = engine.measure(quantity, 8).sample
        return float(np.median(sample.lower / sample.scale))

    yield median
    engine.close()


@pytest.mark.parametrize(
    ("law", "variance"),
    [
        (HE_NORMAL, 2),
        (HE_UNIFORM, 2),
        (TorchLinear("kaiming_normal_"), 2),
        (TorchLinear("kaiming_uniform_"), 2),
        (TorchLinear("kaiming_normal_", "linear"), 1),
        (LECUN_NORMAL, 1),
        (TorchLinear("default"), 1 / 3),
    ],
)
def test_variance_is_scaled_by_fan_in(median, law, variance):
    assert median(scaled_variance(law, (100, 300))) == pytest.approx(variance, rel=0.02)
    assert median(scaled_mean(law)) == pytest.approx(0, abs=0.03)


def test_the_mean_is_divided_by_the_standard_deviation(median):
    assert median(scaled_mean(Normal(std=0.1, mean=0.2))) == pytest.approx(2, rel=0.02)


def test_glorot_counts_outputs_and_he_does_not(median):
    assert median(standard_deviation(GLOROT_NORMAL, 300, 100)) == pytest.approx(
        sqrt(2 / 400), rel=0.02
    )
    assert median(standard_deviation(HE_NORMAL, 300, 1000)) == pytest.approx(
        sqrt(2 / 300), rel=0.02
    )


@pytest.mark.parametrize(
    "law", [GLOROT_NORMAL, TorchLinear("xavier_normal_"), TorchLinear("xavier_uniform_")]
)
def test_glorots_variance_is_2_over_both_fans(median, law):
    assert median(variance_by_both_fans(law, (300, 100))) == pytest.approx(2, rel=0.02)
    assert median(scaled_variance(law, (300, 100))) == pytest.approx(1.5, rel=0.02)


@pytest.mark.parametrize("law", [GLOROT_UNIFORM, TorchLinear("xavier_uniform_")])
def test_glorots_uniform_law_reaches_its_limit(median, law):
    assert median(largest_over_glorots_limit(law)) == pytest.approx(1, abs=0.01)


def test_weights_are_compared_with_glorots_limit():
    limit = glorots_limit(2, 4)
    assert limit == 1
    assert within_glorots_limit(DrawnLayer(Constant(-limit), 2, 4, seed=0))
    assert not within_glorots_limit(DrawnLayer(Constant(-1.001), 2, 4, seed=0))


@settings(max_examples=30, deadline=None, database=None)
@given(drawn_layers(TorchLinear("xavier_uniform_")))
def test_layers_are_drawn_as_their_code_says(layer):
    assert eval(repr(layer)) == layer
    assert layer.weights().shape == (layer.inputs, layer.units)
    assert (layer.weights() == layer.weights()).all()


def test_a_layer_describes_itself():
    assert DrawnLayer(HE_NORMAL, 1, 3, seed=0).said == "a layer of 3 units on 1 input"


def test_weights_beyond_one_are_counted_on_both_sides(median):
    assert median(weights_beyond_one(Normal(std=1.0), 100)) == pytest.approx(0.317, abs=0.01)
    assert median(weights_beyond_one(Normal(std=0.1, mean=-2.0), 100)) == 1


def test_fans_are_drawn_from_the_whole_range_and_the_same_for_every_law():
    replicates = Replicates(0, 200)
    drawn = np.array([DrawnWeights(HE_NORMAL)._fans(replicates, k) for k in replicates])
    assert drawn.min() >= FANS[0]
    assert drawn.max() <= FANS[1]
    assert (drawn.min(0) < 40).all()
    assert (drawn.max(0) > 400).all()
    assert DrawnWeights(HE_UNIFORM)._fans(replicates, 7) == tuple(drawn[7])


def test_torchs_weights_differ_between_replicates():
    law = TorchLinear("kaiming_normal_")
    drawn = [law.draw(Replicates(0, 2).generator(k, "weights"), 3, 4) for k in (0, 0, 1)]
    assert drawn[0].shape == (3, 4)
    assert (drawn[0] == drawn[1]).all()
    assert (drawn[0] != drawn[2]).any()


def test_quantities_name_what_they_measure():
    assert weights_beyond_one(HE_NORMAL, 2).name == (
        "share beyond ±1 of He normal weights, 2 inputs and 100 units"
    )
    assert (
        TorchLinear("kaiming_normal_", "linear").words == "torch's kaiming_normal_ for linear units"
    )
    assert scaled_variance(TorchLinear("default"), (100, 300)).name == (
        "fan_in times the variance of torch.nn.Linear's weights, 100 inputs and 300 units"
    )
