"""The prediction function with its two ways to make room for the passes."""

import numpy as np
import pytest

from refute.lab.monte_carlo.mc_function import (
    Classifier,
    by_batch,
    by_output_shape,
    mean_and_spread,
)

MODEL = Classifier(features=6, classes=3, samples=4, rate=0.5, seed=0)


def test_a_model_does_not_know_its_batch():
    assert MODEL.output_shape == (None, 3)


def test_no_room_for_an_unknown_number_of_samples():
    with pytest.raises(TypeError, match="NoneType"):
        mean_and_spread(MODEL, MODEL.batch(), by_output_shape)


def test_room_by_batch_gives_mean_and_spread_of_the_passes():
    mean, spread = mean_and_spread(MODEL, MODEL.batch(), by_batch, passes=5)
    masks = np.random.default_rng(MODEL.seed + 2)
    by_hand = np.stack([MODEL.one_pass(MODEL.batch(), masks) for _ in range(5)])
    assert np.array_equal(mean, by_hand.mean(0))
    assert np.array_equal(spread, by_hand.std(0))
    assert (spread > 0).any()


def test_a_pass_gives_probabilities():
    outputs = MODEL.one_pass(MODEL.batch(), np.random.default_rng(0))
    assert outputs.sum(axis=1) == pytest.approx(1)
