"""Dropout as it was first published and as libraries have it: when it makes up for what it drops.

Source: Srivastava et al. 2014, section 4 (weights times the chance of keeping, at prediction) and
section 10 (activations divided by it, in training).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.dropout.networks import with_dropout, without_dropout


class FirstPublished(nn.Module):
    """Units are dropped in training; a prediction multiplies what every unit hands on.

    Multiplying what a unit hands on, or the weights that go out from it, is the same.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    @property
    def factor(self) -> float:
        """What a prediction multiplies by: the chance with which a unit is kept."""
        return 1 - self.rate

    def forward(self, inputs: Tensor) -> Tensor:
        """Of the shape of ``inputs``."""
        if self.training:
            return inputs * (torch.rand_like(inputs) >= self.rate)
        return inputs * self.factor


class ScaledByTheRate(FirstPublished):
    """The same with a slip: a prediction multiplies by the rate of dropping."""

    @property
    def factor(self) -> float:
        """The chance with which a unit is dropped."""
        return self.rate


def predicts_with_scaled_weights(small: SmallNetwork, kind: Callable[[float], nn.Module]) -> bool:
    """Whether predictions are those of the network whose weights are multiplied by 1 - rate.

    The weights that go out from a hidden layer are meant; biases and the first layer's weights
    stay as they are.
    """
    network = small.build(torch.float64)
    inputs = small.inputs(torch.float64)
    dropping = with_dropout(network, kind).eval()
    with torch.no_grad():
        predicted = dropping(inputs)
        scaled = without_dropout(network)
        for layer in list(scaled)[1:]:
            if isinstance(layer, nn.Linear):
                layer.weight.mul_(1 - small.network.dropout)
        return bool(torch.allclose(predicted, scaled(inputs), rtol=1e-9, atol=1e-9))
