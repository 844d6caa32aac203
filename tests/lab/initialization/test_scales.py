"""Scales of signals and gradients, against closed forms."""

import numpy as np
import pytest

from refute.engine.engine import Engine
from refute.lab.bench.initializers import GLOROT_NORMAL, HE_NORMAL, LECUN_NORMAL, Normal
from refute.lab.initialization.scales import (
    Scales,
    change_per_layer,
    decades_lost_or_gained,
    decades_of_gradient,
    decades_of_signal,
    dense_layer,
    gradient_per_layer,
    output_over_input,
    share_passed_on,
)


@pytest.fixture(scope="module")
def median():
    engine = Engine(seed=5)

    def median(quantity):
        return float(np.median(engine.measure(quantity, 8).sample.lower))

    yield median
    engine.close()


def test_glorot_multiplies_the_variance_by_twice_fan_in_over_the_sum_of_fans(median):
    layer = dense_layer(300, 100, "identity", GLOROT_NORMAL)
    assert median(output_over_input("standard deviation", layer)) == pytest.approx(
        1.5**0.5, rel=0.02
    )


def test_he_keeps_the_mean_square_of_relu_and_not_its_variance(median):
    layer = dense_layer(200, 200, "relu", HE_NORMAL)
    about_zero = median(output_over_input("root mean square", layer))
    about_mean = median(output_over_input("standard deviation", layer))
    assert about_zero == pytest.approx(1, rel=0.02)
    assert about_mean == pytest.approx((1 - 1 / np.pi) ** 0.5, rel=0.02)


def test_sizes_are_relative_to_the_inputs(median):
    layer = dense_layer(100, 100, "relu", HE_NORMAL)
    small = median(output_over_input("root mean square", layer, input_std=0.01))
    assert small == pytest.approx(median(output_over_input("root mean square", layer)), rel=1e-4)


def test_zero_mean_weights_pass_on_the_mean_square_of_the_activation(median):
    assert median(share_passed_on("relu")) == pytest.approx(1 / 2, rel=0.05)
    assert median(share_passed_on("leaky relu", 0.5)) == pytest.approx(5 / 8, rel=0.05)


def test_half_the_variance_halves_the_mean_square_of_each_relu_layer(median):
    factor = median(change_per_layer("root mean square", weights=LECUN_NORMAL))
    assert factor == pytest.approx(0.5**0.5, rel=0.05)
    lost = median(decades_of_signal()) - median(decades_of_signal(weights=LECUN_NORMAL))
    assert lost == pytest.approx(10 * np.log10(2), abs=1e-3)


def test_decades_of_gradient_have_a_sign_and_decades_lost_or_gained_have_none(median):
    vanishing = {"weights": Normal(std=0.05)}
    exploding = {"weights": Normal(std=0.5)}
    assert median(decades_of_gradient(**vanishing)) < -5
    assert median(decades_of_gradient(**exploding)) > 5
    assert median(decades_lost_or_gained(**vanishing)) == -median(decades_of_gradient(**vanishing))
    assert median(decades_lost_or_gained(**exploding)) == median(decades_of_gradient(**exploding))


def test_the_gradient_per_layer_is_the_geometric_mean_of_the_ratios(median):
    vanishing = {"weights": Normal(std=0.05)}
    per_layer = median(gradient_per_layer(**vanishing))
    lost = -median(decades_of_gradient(**vanishing))
    assert 19 * np.log10(per_layer) == pytest.approx(lost, rel=1e-3)  # medians of 8


def test_quantities_name_what_they_measure():
    layer = dense_layer(100, 200, "tanh", GLOROT_NORMAL)
    assert output_over_input("standard deviation", layer, input_std=0.1).name == (
        "standard deviation of outputs / of inputs: 100 inputs, 200 tanh units, Glorot normal "
        "weights, inputs of standard deviation 0.1"
    )
    assert decades_of_gradient(activation="tanh", weights=GLOROT_NORMAL).name == (
        "gradient at the first layer over that at the last with tanh and Glorot normal weights"
    )


def test_equal_scales_are_one_experiment():
    layer = dense_layer(100, 100, "relu", HE_NORMAL)
    plain = output_over_input("standard deviation", layer)
    other = output_over_input("root mean square", layer)
    assert plain.experiments() == other.experiments() == (Scales(layer),)
