"""The moving averages of batch normalization: torch's and Keras's own."""

import pytest
import torch

from refute.lab.batch_normalization.momentum import SeenMinibatches, same_average
from refute.lab.bench.real_keras import numpy_deprecations_ignored, real_keras

SEEN = SeenMinibatches(units=3, samples=8, count=4, seed=5)


def test_the_latest_minibatch_has_the_weight_that_torch_calls_momentum():
    last = SEEN.minibatches()[-1]
    assert same_average(SEEN.in_torch("mean", momentum=1.0), last.mean(0))
    assert same_average(SEEN.in_torch("variance", momentum=1.0), last.var(0))
    assert same_average(SEEN.in_keras("mean", momentum=0.0), last.mean(0))
    assert same_average(SEEN.in_keras("variance", momentum=0.0), last.var(0, correction=0))


@pytest.mark.parametrize("momentum", [0.9, 0.99])
def test_the_rule_is_that_of_keras(momentum):
    layer = real_keras().layers.BatchNormalization(momentum=momentum)
    for minibatch in SEEN.minibatches():
        layer(minibatch.float(), training=True)
    with numpy_deprecations_ignored():
        means, variances = (
            torch.from_numpy(kept.numpy()).double()
            for kept in (layer.moving_mean, layer.moving_variance)
        )
    torch.testing.assert_close(means, SEEN.in_keras("mean", momentum=momentum), atol=1e-5, rtol=0)
    torch.testing.assert_close(
        variances, SEEN.in_keras("variance", momentum=momentum), atol=1e-5, rtol=0
    )


def test_what_was_seen_is_said():
    assert SeenMinibatches(2, 8, 1, seed=0).said == "1 step with 8 samples of 2 units"
