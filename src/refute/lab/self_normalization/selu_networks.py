"""Single SELU networks, searched for one that does not normalize itself."""

from __future__ import annotations

from typing import Any, Literal

import torch
from hypothesis import strategies as st

from refute.lab.bench.device import one_thread
from refute.lab.bench.initializers import VarianceScaling
from refute.lab.bench.networks import Network, layer_outputs
from refute.lab.bench.small_networks import SmallNetwork, torch_seeded
from refute.wording import unit_variance, zero_mean

SAMPLES = 256
"""Enough to estimate the moments of a unit's activation more precisely than the bounds."""


def selu_network(
    depth: int,
    width: int,
    gain: float,
    dropout: float,
    skip: bool,
    inputs: Literal["standardised", "raw"],
    seed: int,
) -> SmallNetwork:
    """A stack of SELU layers without biases, as wide as it has inputs.

    Args:
        depth: number of hidden layers.
        width: units of each, and number of inputs.
        gain: variance of a weight times fan_in; 1 is LeCun's, 2 is He's.
        dropout: rate of ordinary dropout after each layer, active.
        skip: whether each layer's input is added to its output.
        inputs: "standardised", or "raw": between 0 and 1, like pixels.
        seed: of weights, inputs and masks.
    """
    network = Network(
        inputs=width,
        hidden=(width,) * depth,
        activation="selu",
        weights=VarianceScaling(gain),
        biases=None,
        dropout=dropout,
        skip=skip,
    )
    return SmallNetwork(network, seed, SAMPLES, inputs)


def normalizes_itself(network: SmallNetwork) -> bool:
    """Whether the units of every hidden layer keep mean 0 and variance 1, within the bounds."""
    with one_thread(), torch_seeded(network.seed), torch.no_grad():
        *hidden, _ = layer_outputs(network.build(), network.inputs())
    layers = torch.stack(hidden).double()
    means, variances = layers.mean((1, 2)), layers.var(1, correction=0).mean(1)
    return all(
        edge.admits(values.numpy()).all()
        for values, region in ((means, zero_mean()), (variances, unit_variance()))
        for edge in region.edges
    )


def selu_networks(*, suitable: bool = False, **fixed: Any) -> st.SearchStrategy[SmallNetwork]:
    """Draw SELU networks of 1 to 10 layers of 200 to 300 units.

    Args:
        suitable: whether they meet the conditions of the theory: LeCun's variance, standardised
            inputs, no dropout, no skip connections.
        fixed: arguments of :func:`selu_network` to pass, or strategies for them.
    """
    drawn: dict[str, Any] = {
        "depth": st.integers(1, 10),
        "width": st.integers(200, 300),
        "gain": st.sampled_from((1.0, 2.0)),
        "dropout": st.sampled_from((0.0, 0.1, 0.2, 0.5)),
        "skip": st.booleans(),
        "inputs": st.sampled_from(("standardised", "raw")),
        "seed": st.integers(0, 2**32 - 1),
    }
    if suitable:
        drawn |= {"gain": 1.0, "dropout": 0.0, "skip": False, "inputs": "standardised"}
    drawn |= fixed
    return st.builds(
        selu_network,
        **{
            name: value if isinstance(value, st.SearchStrategy) else st.just(value)
            for name, value in drawn.items()
        },
    )
