"""The prediction function of old Keras, and the line at which each Keras fails."""

import numpy as np
import pytest

from refute.lab.bench.real_keras import real_keras
from refute.lab.monte_carlo.mc_function import (
    KERAS_2,
    KERAS_3,
    KERAS_OF_GRAPHS,
    Classifier,
    Passes,
    as_in_the_key,
    by_calling_the_model,
    repaired,
)

MODEL = Classifier(features=6, classes=3, samples=4, rate=0.5, seed=0)


def test_a_model_does_not_know_its_batch():
    assert MODEL.output_shape == (None, 3)


@pytest.mark.parametrize(
    ("keras", "exception", "message"),
    [
        (KERAS_3, AttributeError, "has no attribute 'function'"),
        (KERAS_2, ValueError, "inputs are tensors of Keras, not 0"),
        (KERAS_OF_GRAPHS, TypeError, "NoneType"),
    ],
)
def test_each_keras_fails_at_its_own_line(keras, exception, message):
    with pytest.raises(exception, match=message):
        as_in_the_key(keras, MODEL, MODEL.batch(), 5)


def test_with_graphs_only_the_unknown_batch_size_fails():
    class Known(Classifier):
        @property
        def output_shape(self):
            return (self.samples, self.classes)

    known = Known(**vars(MODEL))
    moments = as_in_the_key(KERAS_OF_GRAPHS, known, MODEL.batch(), 5)
    expected = by_calling_the_model(KERAS_3, MODEL, MODEL.batch(), 5)
    assert all(map(np.array_equal, moments, expected))


def test_calling_the_model_gives_mean_and_spread_of_the_passes():
    mean, spread = by_calling_the_model(KERAS_3, MODEL, MODEL.batch(), 5)
    masks = MODEL.masks()
    by_hand = np.stack([MODEL.one_pass(MODEL.batch(), masks) for _ in range(5)])
    assert np.array_equal(mean, by_hand.mean(0))
    assert np.array_equal(spread, by_hand.std(0))
    assert (spread > 0).any()


def test_a_pass_gives_probabilities():
    outputs = MODEL.one_pass(MODEL.batch(), np.random.default_rng(0))
    assert outputs.sum(axis=1) == pytest.approx(1)


def test_the_stand_in_for_keras_3_fails_where_keras_3_does():
    real_keras()
    keras = real_keras()
    network = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])
    with pytest.raises(AttributeError, match="has no attribute 'function'"):
        as_in_the_key(keras.backend, network, MODEL.batch(), 5)
    assert network.output_shape == MODEL.output_shape


def test_the_repaired_lines_give_mean_and_deviation_of_the_passes():
    made = iter(np.arange(24.0).reshape(4, 2, 3) ** 2)
    mean, spread = repaired(lambda _: next(made), np.zeros((2, 1)), (None, 3), 4)
    assert mean[0, 0] == (0 + 36 + 144 + 324) / 4
    assert spread[0, 0] == pytest.approx(np.sqrt((0 + 36**2 + 144**2 + 324**2) / 4 - 126**2))


@pytest.mark.parametrize("library", ["numpy", "Keras"])
@pytest.mark.parametrize(("mask", "same"), [("new", False), ("kept", True)])
def test_passes_differ_unless_the_mask_is_kept(library, mask, same):
    if library == "Keras":
        real_keras()
    one_pass = Passes(library, mask).of(MODEL)
    assert np.array_equal(one_pass(MODEL.batch()), one_pass(MODEL.batch())) is same
