"""Single SELU networks: they normalize themselves under the theory's conditions."""

import pytest
import torch
from hypothesis import given, settings

from refute.lab.bench.networks import layer_outputs
from refute.lab.self_normalization.selu_networks import (
    normalizes_itself,
    selu_network,
    selu_networks,
)

SUITABLE = {
    "depth": 5, "width": 200, "gain": 1.0, "dropout": 0.0, "skip": False,
    "inputs": "standardised", "seed": 11,
}  # fmt: skip


@pytest.mark.parametrize(
    "other", [{"gain": 2.0}, {"dropout": 0.5}, {"skip": True}, {"inputs": "raw"}], ids=str
)
def test_a_network_normalizes_itself_until_one_condition_is_dropped(other):
    assert normalizes_itself(selu_network(**SUITABLE))
    assert not normalizes_itself(selu_network(**SUITABLE | other))


def test_moments_agree_with_layers_written_out():
    small = selu_network(**SUITABLE | {"depth": 2})
    signal = small.inputs()
    outputs = layer_outputs(small.build(), small.inputs())
    for weights, output in zip(list(small.build())[::2][:2], outputs, strict=False):
        signal = torch.selu(signal @ weights.weight.T)
        torch.testing.assert_close(output, signal)


@settings(max_examples=10, deadline=None)
@given(selu_networks(suitable=True, gain=2.0))
def test_fixed_arguments_are_not_drawn(small):
    network = small.network
    assert (network.weights.scale, network.dropout, network.skip) == (2.0, 0.0, False)
    assert small.scaling == "standardised"
