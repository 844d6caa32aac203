"""The gradient of networks whose activations are shifted by a constant."""

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.bench.activations import activation_module
from refute.lab.bench.initializers import GLOROT_NORMAL, HE_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.bench.signals import Signals
from refute.lab.self_normalization.centring import (
    NETWORKS,
    RELU_MEAN,
    ShiftedSignals,
    gradient_kept,
    mean_of_activation,
    size_preserving,
)

REPLICATES = Replicates(0, 3, seed=5)


def test_means_and_sizes_for_normal_inputs():
    assert mean_of_activation("relu") == pytest.approx(RELU_MEAN, rel=0.01)
    assert mean_of_activation("sigmoid") == pytest.approx(0.5)
    assert mean_of_activation("selu") == pytest.approx(0, abs=0.01)
    assert size_preserving("relu").scale == pytest.approx(2, rel=0.01)
    assert size_preserving("selu").scale == pytest.approx(1, rel=0.01)
    assert size_preserving("selu", 0.5).scale == pytest.approx(1 / 1.25, rel=0.01)
    assert size_preserving("sigmoid", -0.5).scale > 6 * size_preserving("sigmoid").scale


def test_shifted_biases_are_equivalent_to_a_shifted_activation():
    network = Network(4, (6, 5, 3), activation="selu", weights=HE_NORMAL)
    net = ShiftedSignals(network, shift=0.4).start(REPLICATES)
    x = torch.randn(3, 7, 4)
    signal = x
    plain = Signals(network).start(REPLICATES)
    for (_, h), weight in zip(net.signals(x), plain.weights[:-1], strict=True):
        out = activation_module("selu")(signal @ weight)
        torch.testing.assert_close(h, out)
        signal = out + 0.4


def test_without_a_shift_the_gradient_is_that_of_the_benchs_own_signals_on_average():
    network = Network(4, (6, 5), weights=HE_NORMAL)
    kept = ShiftedSignals(network).run(REPLICATES).samples["gradient kept"].lower
    theirs = [
        Signals(network, count=100)
        .run(Replicates(0, 3, seed=5, stream=stream))
        .samples["gradient at layer 1"]
        .lower
        for stream in range(NETWORKS)
    ]
    assert kept == pytest.approx(np.exp(np.log(theirs).mean(axis=0)), rel=1e-6)
    assert len(set(np.ravel(theirs))) == 3 * NETWORKS


def test_other_seeds_share_no_network():
    first, second = (
        ShiftedSignals(stream=stream).run(Replicates(0, 2, stream=stream)) for stream in (0, 1)
    )
    both = np.concatenate([record.samples["gradient kept"].lower for record in (first, second)])
    assert len(set(both)) == 4


def test_sigmoid_loses_its_gradient_and_the_name_says_the_shift():
    quantity = gradient_kept("sigmoid", GLOROT_NORMAL, -0.5)
    kept = quantity.experiment.run(REPLICATES).samples[quantity.key].lower
    assert (kept < 1e-5).all()
    assert "−0.5 on every output" in quantity.name
