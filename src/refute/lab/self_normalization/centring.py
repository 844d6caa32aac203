"""Do outputs of mean 0 help gradients?  Activations shifted by a constant.

A constant c added to every output of an activation changes the mean of its outputs but not its
slope.  The next layer's weights turn c into a bias of c times their sum, so a network of shifted
activations is a network with those biases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import pi, sqrt

import numpy as np
import torch

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.activations import activation_module, activation_words
from refute.lab.bench.initializers import Initializer, VarianceScaling
from refute.lab.bench.kinds import Count
from refute.lab.bench.settings import named
from refute.lab.bench.signals import DEEP, Signals
from refute.lab.bench.stack.network import StackedNetwork
from refute.quantity import Recorded

RELU_MEAN = 1 / sqrt(2 * pi)
"""The mean of ReLU's outputs for standard normal inputs."""

NETWORKS = 8
"""Networks averaged per replicate: the gradient of a single network varies too much."""


@dataclass(frozen=True)
class ShiftedSignals(Signals):
    """Signals of untrained networks with ``shift`` added to the activations' outputs.

    Records "gradient kept": the gradient's norm at the first hidden layer over that at the last,
    as a geometric mean over ``NETWORKS`` networks.  Series: those of the first network.
    """

    count: Count = 100
    shift: float = 0.0

    @property
    def differences(self) -> list[str]:
        shifted = [f"{self.shift:+.3g} on every output".replace("-", "−")] if self.shift else []
        return super().differences + shifted

    def start(self, replicates: Replicates) -> StackedNetwork:
        net = super().start(replicates)
        for weight, bias in list(zip(net.weights, net.biases, strict=True))[1:]:
            assert bias is not None
            with torch.no_grad():
                bias.add_(self.shift * weight.sum(1, keepdim=True))
        return net

    def measure(self, replicates: Replicates) -> Record:
        signals = [super(ShiftedSignals, self).measure(own) for own in _own_streams(replicates)]
        kept = [record.samples["gradient at layer 1"].lower for record in signals]
        mean = np.exp(np.log(np.stack(kept).astype(np.float64)).mean(axis=0))
        return Record({"gradient kept": Sample.exactly(mean)}, signals[0].series)


def _own_streams(replicates: Replicates) -> list[Replicates]:
    """The replicates once per network, each time with other random numbers."""
    first = replicates.stream * NETWORKS
    return [replace(replicates, stream=first + network) for network in range(NETWORKS)]


def mean_of_activation(activation: str) -> float:
    """Mean of an activation's outputs for standard normal inputs."""
    return _expected(activation, 0.0)[0]


def size_preserving(activation: str, shift: float = 0.0) -> VarianceScaling:
    """Weights for which the shifted activation preserves the mean square of N(0, 1) signals."""
    return VarianceScaling(1 / _expected(activation, shift)[1])


def gradient_kept(activation: str, weights: Initializer, shift: float = 0.0) -> Recorded:
    """Gradient norm at the first of 20 layers of 100 shifted units, over that at the last."""
    network = replace(DEEP, activation=activation, weights=weights)
    words = f"gradient kept from the last layer to the first, {activation_words(activation)},"
    return named(ShiftedSignals(network, shift=shift), "gradient kept", words)


def _expected(activation: str, shift: float) -> tuple[float, float]:
    """Mean and mean square of the shifted activation over N(0, 1), by Gauss-Hermite quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(200)
    with torch.no_grad():
        outputs = activation_module(activation)(torch.from_numpy(nodes)).numpy() + shift
    weights = weights / weights.sum()
    return float(weights @ outputs), float(weights @ outputs**2)
