"""Self-normalization: the error is the worse of two, at the worst layer, in units of tolerance."""

import numpy as np
import pytest

from refute.engine.engine import Engine
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import HE_NORMAL
from refute.lab.self_normalization.self_normalization import (
    normalization_error,
    normalization_errors,
)
from refute.quantity import Replicates


def sample(quantity, n=32):
    engine = Engine(seed=3)
    try:
        return engine.sample(quantity, n).lower
    finally:
        engine.close()


def test_the_worse_of_mean_and_variance_counts_in_units_of_its_tolerance():
    errors = normalization_errors(
        np.array([0.05, 0.1, 0.0, -0.2, 0.0]), np.array([1.0, 1.0, 1.25, 1.0, 0.8])
    )
    assert errors == pytest.approx([0.5, 1.0, 1.0, 2.0, 1.0])


def test_a_layer_without_variance_is_infinitely_far_off():
    assert normalization_errors(np.zeros(1), np.zeros(1)) == np.inf


def test_an_error_is_read_off_the_layers_signals():
    quantity = normalization_error(depth=3, data=None, weights=HE_NORMAL)
    record = quantity.signals.run(Replicates(0, quantity.signals.chunk, seed=3))
    layers = [
        normalization_errors(
            record.samples[f"mean at layer {at}"].lower,
            record.samples[f"variance at layer {at}"].lower,
        )
        for at in (1, 2, 3)
    ]
    found = quantity.sample(lambda _: record).lower
    assert found == pytest.approx(np.max(layers, axis=0))
    last = normalization_error(depth=3, data=None, weights=HE_NORMAL, layers="the last layer")
    assert last.sample(lambda _: record).lower == pytest.approx(layers[-1])


def test_scaling_every_weight_breaks_it_and_selu_with_lecun_weights_does_not():
    assert np.median(sample(normalization_error(depth=10))) < 1
    assert np.median(sample(normalization_error(depth=10, weights=HE_NORMAL))) > 5


def test_pooling_hides_what_each_unit_keeps_of_raw_inputs():
    raw = {"data": Digits(scaling="raw"), "layers": "the last layer", "depth": 10}
    each = sample(normalization_error(**raw))
    pooled = sample(normalization_error(over="all units pooled", **raw))
    assert (each > pooled).mean() > 0.9


def test_the_name_says_statistic_and_setting():
    assert normalization_error(dropout=0.1, dropping=False).name == (
        "distance from mean 0 and variance 1 (each unit, every layer), 20 hidden layers of 100 "
        "with SELU, LeCun normal weights, dropout 0.1, standardised digits and dropout off"
    )


def test_arms_on_other_streams_say_so():
    quantity = normalization_error(depth=2)
    assert quantity.other_seeds().name == quantity.name + " (other seeds)"
    assert (sample(quantity) != sample(quantity.other_seeds())).all()
