"""Two formulations of dropout, which rescale at prediction or in training.

Source: Srivastava et al. 2014, section 4 (weights times the keep probability, at prediction) and
section 10 (activations divided by it, in training, as libraries do).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from refute.lab.bench.small_networks import SmallNetwork, torch_seeded
from refute.lab.dropout.networks import with_dropout, without_dropout


class FirstPublished(nn.Module):
    """Drop units in training, and scale their outputs by the keep probability in predictions.

    Scaling a unit's output is the same as scaling its outgoing weights.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    @property
    def factor(self) -> float:
        """What a prediction multiplies outputs by: the keep probability."""
        return 1 - self.rate

    def forward(self, inputs: Tensor) -> Tensor:
        """Drop or scale ``inputs``; returns a tensor of the same shape."""
        if self.training:
            return inputs * (torch.rand_like(inputs) >= self.rate)
        return inputs * self.factor


class ScaledByTheRate(FirstPublished):
    """The same with a typical mistake: predictions multiply by the dropout rate."""

    @property
    def factor(self) -> float:
        """The dropout rate, where the keep probability is right."""
        return self.rate


class DividedByTheRate(nn.Module):
    """Dropout with a typical mistake: training divides by the dropout rate."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, inputs: Tensor) -> Tensor:
        """Drop and scale ``inputs`` in training; returns a tensor of the same shape."""
        if not self.training:
            return inputs
        return inputs * (torch.rand_like(inputs) >= self.rate) / self.rate


def training_scales_what_is_kept(small: SmallNetwork, kind: type[nn.Module]) -> bool:
    """Whether in training every dropout layer outputs its input over 1 - rate, or zero."""
    signal, scaled = small.inputs(torch.float64), True
    factor = 1 / (1 - small.network.dropout)
    network = with_dropout(small.build(torch.float64), kind).train()
    with torch_seeded(small.seed), torch.no_grad():
        for layer in network:
            before, signal = signal, layer(signal)
            if isinstance(layer, kind):
                kept = signal != 0
                scaled &= torch.allclose(signal[kept], before[kept] * factor, rtol=1e-9)
    return scaled


def predicts_with_scaled_weights(small: SmallNetwork, kind: Callable[[float], nn.Module]) -> bool:
    """Whether predictions equal those of a network whose weights are scaled by 1 - rate.

    Only the outgoing weights of hidden layers are scaled, not the first layer's weights or biases.
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
