"""Gradient clipping: does it make vanishing gradients larger?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from hypothesis import strategies as st
from torch import nn

from refute.lab.bench.description import Description
from refute.lab.bench.device import one_thread
from refute.lab.bench.gradients import gradient_of
from refute.lab.bench.initializers import GLOROT_NORMAL, HE_NORMAL
from refute.lab.bench.kinds import Positive
from refute.lab.bench.networks import Network, linear_layers
from refute.lab.bench.small_networks import SmallNetwork

By = Literal["norm", "value"]

VANISHED = 0.01
"""A gradient a hundred times smaller than that of the last layer counts as vanished."""


@dataclass(frozen=True, repr=False)
class Clipped(Description):
    """A network at initialization, whose gradients are clipped.

    Args:
        small: the network, its inputs and the seed of the classes.
        by: what torch clips, the norm of all gradients together or the value of each.
        at: the largest norm, or value.
    """

    small: SmallNetwork
    by: By
    at: Positive

    @property
    def said(self) -> str:
        """The network and the clipping in words."""
        return f"{self.small.said}, clipped by {self.by} at {self.at:.2g}"

    def first_over_last(self) -> float:
        """Norm of the gradient of the first layer's weights over that of the last's, clipped."""
        with one_thread():
            network = with_gradients(self.small)
            if self.by == "norm":
                nn.utils.clip_grad_norm_(network.parameters(), self.at)
            else:
                nn.utils.clip_grad_value_(network.parameters(), self.at)
        linears = linear_layers(network)
        first, last = (gradient_of(linear.weight) for linear in (linears[0], linears[-1]))
        return float(first.norm() / last.norm())


def with_gradients(small: SmallNetwork) -> nn.Sequential:
    """The network, in float64, with the gradients of its cross-entropy for classes at random."""
    network, inputs = small.build(torch.float64), small.inputs(torch.float64)
    classes = small.network.outputs
    labels = small.generator("classes").integers(classes, size=len(inputs))
    torch.autograd.backward(F.cross_entropy(network(inputs), torch.from_numpy(labels)))
    return network


def vanished(clipped: Clipped) -> bool:
    """Whether the first layer's gradient is still tiny beside the last layer's."""
    return clipped.first_over_last() < VANISHED


def sigmoid_networks(by: By) -> st.SearchStrategy[Clipped]:
    """Draw 8 to 16 layers of 20 sigmoid units with Glorot's weights, clipped at 0.1 to 10."""
    return _networks(by, "sigmoid")


def relu_networks(by: By) -> st.SearchStrategy[Clipped]:
    """The same of ReLU units with He's weights."""
    return _networks(by, "relu")


def _networks(by: By, activation: Literal["sigmoid", "relu"]) -> st.SearchStrategy[Clipped]:
    weights = HE_NORMAL if activation == "relu" else GLOROT_NORMAL
    networks = st.integers(8, 16).map(
        lambda depth: Network(
            inputs=20, hidden=(20,) * depth, outputs=10, activation=activation, weights=weights
        )
    )
    small = st.builds(SmallNetwork, networks, st.integers(0, 2**31))
    return st.builds(Clipped, small, st.just(by), st.floats(0.1, 10))
