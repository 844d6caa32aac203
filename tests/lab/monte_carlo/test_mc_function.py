"""The prediction function of old Keras, and the line at which each Keras stops it."""

import numpy as np
import pytest

from refute.lab.monte_carlo.mc_function import (
    KERAS_2,
    KERAS_3,
    KERAS_OF_GRAPHS,
    Classifier,
    as_in_the_key,
    by_calling_the_model,
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
def test_each_keras_stops_it_at_its_own_line(keras, exception, message):
    with pytest.raises(exception, match=message):
        as_in_the_key(keras, MODEL, MODEL.batch(), 5)


def test_with_graphs_only_the_room_for_an_unknown_batch_is_at_fault():
    class Known(Classifier):
        @property
        def output_shape(self):
            return (self.samples, self.classes)

    known = Known(**vars(MODEL))
    found = as_in_the_key(KERAS_OF_GRAPHS, known, MODEL.batch(), 5)
    expected = by_calling_the_model(KERAS_3, MODEL, MODEL.batch(), 5)
    assert all(map(np.array_equal, found, expected))


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
