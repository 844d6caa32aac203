"""Distances of mean and variance from 0 and 1, before and after training."""

import numpy as np
import pytest
import torch

from refute.decision.samples import Sample
from refute.engine.engine import Engine
from refute.experiment import Record, Replicates
from refute.lab.bench.initializers import HE_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.self_normalization.bounds import (
    after_training,
    at_the_start,
    drift_of_variance,
    off_bounds,
    off_bounds_after_training,
)


def sample(quantity, n=32):
    engine = Engine(seed=3)
    try:
        return engine.measure(quantity, n).sample
    finally:
        engine.close()


def measured(quantity, count=4):
    return quantity.experiment.run(Replicates(0, count, 3))


@pytest.mark.parametrize(
    ("statistic", "values", "furthest"),
    [("variance", (0.9, 3.0, 0.2), 0.2), ("mean", (0.1, -0.4, 0.3), -0.4)],
)
def test_the_furthest_layer_counts(statistic, values, furthest):
    quantity = at_the_start(statistic, depth=3)
    samples = {
        f"{statistic} at layer {at}": measured(quantity).samples[f"{statistic} at layer {at}"]
        for at in (1, 2, 3)
    }
    for at, value in zip((1, 2, 3), values, strict=True):
        samples[f"{statistic} at layer {at}"] = type(samples[f"{statistic} at layer {at}"]).exactly(
            np.full(4, value)
        )
    assert quantity.sample(lambda _: Record(samples)).lower.tolist() == [furthest] * 4


def test_the_last_layer_alone_may_count():
    quantity = at_the_start("variance", depth=3, weights=HE_NORMAL, layers="the last layer")
    record = measured(quantity)
    last = record.samples["variance at layer 3"].lower
    assert quantity.sample(lambda _: record).lower.tolist() == last.tolist()


def test_selu_with_lecun_weights_normalizes_itself_unless_weights_are_scaled():
    assert abs(np.median(sample(at_the_start("variance", depth=10)).lower) - 1) < 0.3
    assert np.median(sample(at_the_start("variance", depth=10, weights=HE_NORMAL)).lower) > 5


def test_inputs_have_the_given_variance():
    quantity = at_the_start("variance", depth=1, data=None, variance=2.0)
    usual = at_the_start("variance", depth=1, data=None)
    ratio = (
        quantity.experiment._inputs(Replicates(0, 2, 3))
        / usual.experiment._inputs(Replicates(0, 2, 3))
    )  # fmt: skip
    assert ratio.square().mean().item() == pytest.approx(2)
    assert "inputs of variance 2" in quantity.name


def test_moments_after_training_are_those_of_the_trained_network():
    quantity = after_training("variance", depth=2, optimizer=SGD(), steps=44)
    record = measured(quantity)
    with torch.no_grad():
        run = quantity.experiment.train(Replicates(0, 4, 3))
        images, _ = run.samples.take(run.samples.train[:, :500])
        (_, first), (_, second) = run.net.signals(images)
    for at, h in ((1, first), (2, second)):
        variances = record.samples[f"variance at layer {at}"].lower
        assert variances == pytest.approx(h.double().var(1, correction=0).mean(1).numpy())
        assert record.samples[f"mean at layer {at}"].lower == pytest.approx(
            h.double().mean((1, 2)).numpy()
        )


def test_moments_are_unknown_for_a_network_that_did_not_learn_but_known_for_an_untrained_one():
    quantity = after_training("variance", depth=2, optimizer=SGD(lr=1e-9), steps=4)
    stuck = quantity.sample(lambda _: measured(quantity))
    assert (stuck.lower == 0).all()
    assert (stuck.upper == np.inf).all()
    start = after_training("variance", depth=2, optimizer=SGD(), steps=0)
    untrained = start.sample(lambda _: measured(start))
    assert (untrained.lower == untrained.upper).all()


def test_the_name_says_statistic_layer_and_setting():
    assert at_the_start("variance", dropout=0.1, dropping=False).name == (
        "variance of a unit's output at the layer furthest from 1 in 20 hidden layers of 100 "
        "with SELU, LeCun normal weights, dropout 0.1, standardised digits and dropout off"
    )
    quantity = at_the_start("mean", depth=2)
    assert quantity.other_seeds().name == quantity.name + " (other seeds)"


def recorded(means, variances):
    samples = {}
    for at, (mean, variance) in enumerate(zip(means, variances, strict=True), start=1):
        samples[f"mean at layer {at}"] = Sample.exactly(np.array([mean]))
        samples[f"variance at layer {at}"] = Sample.exactly(np.array([variance]))
    return Record(samples)


@pytest.mark.parametrize(
    ("means", "variances", "off"),
    [
        ((0.0, 0.0), (1.0, 1.0), 0.0),
        ((0.05, -0.1), (1.0, 1.0), 1.0),
        ((0.0, 0.3), (1.0, 1.0), 3.0),
        ((0.0, 0.0), (1.0, 1.5), 1.0),
        ((0.0, 0.0), (0.8, 1.0), 1.0),
        ((0.0, 0.0), (0.64, 2.25), 2.0),
        ((0.0, 0.0), (0.0, 1.0), np.inf),
    ],
)
def test_bounds_are_those_of_the_theorem_and_the_worst_layer_counts(means, variances, off):
    quantity = off_bounds(depth=2)
    distance = quantity.sample(lambda _: recorded(means, variances))
    assert distance.lower[0] == pytest.approx(off)


def test_only_selu_with_lecun_weights_is_within_the_bounds():
    assert np.median(sample(off_bounds(depth=10)).lower) <= 1
    assert np.median(sample(off_bounds(depth=10, weights=HE_NORMAL)).lower) > 1


def test_drift_is_the_largest_change_of_a_layers_variance_either_way():
    settings = {"depth": 2, "optimizer": SGD(), "steps": 44}
    record = drift_of_variance(**settings).experiment.run(Replicates(0, 4, 3))
    before = drift_of_variance(**settings | {"steps": 0}).experiment.run(Replicates(0, 4, 3))
    changes = [
        record.samples[f"variance at layer {at}"].lower
        / before.samples[f"variance at layer {at}"].lower
        for at in (1, 2)
    ]
    assert record.samples["drift of the variance"].lower == pytest.approx(
        np.max([np.maximum(change, 1 / change) for change in changes], axis=0)
    )
    assert before.samples["drift of the variance"].lower == pytest.approx(1)


def test_any_network_may_be_trained():
    relu = Network()
    quantity = off_bounds_after_training(depth=3, network=relu)
    assert quantity.experiment.network == Network(hidden=(100,) * 3)
    assert quantity.name.endswith("3 hidden layers of 100")
