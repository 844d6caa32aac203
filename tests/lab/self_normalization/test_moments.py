"""Mean and variance at the layer that is furthest off, at the start and after training."""

import numpy as np
import pytest
import torch

from refute.engine.engine import Engine
from refute.lab.bench.initializers import HE_NORMAL
from refute.lab.bench.optimizers import SGD
from refute.lab.self_normalization.moments import after_training, at_the_start
from refute.quantity import Record, Replicates


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
def test_the_furthest_layer_is_the_one_that_counts(statistic, values, furthest):
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


def test_scaling_every_weight_breaks_it_and_selu_with_lecun_weights_does_not():
    assert abs(np.median(sample(at_the_start("variance", depth=10)).lower) - 1) < 0.3
    assert np.median(sample(at_the_start("variance", depth=10, weights=HE_NORMAL)).lower) > 5


def test_inputs_of_another_variance_are_what_they_are_called():
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
        found = record.samples[f"variance at layer {at}"].lower
        assert found == pytest.approx(h.double().var(1, correction=0).mean(1).numpy())
        assert record.samples[f"mean at layer {at}"].lower == pytest.approx(
            h.double().mean((1, 2)).numpy()
        )


def test_of_a_network_that_did_not_learn_nothing_is_known_but_of_an_untrained_one():
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
