"""A layer's freshly drawn weights: their mean, variance and size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from torch import nn

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.initializers import Initializer, Weights
from refute.lab.bench.settings import named
from refute.lab.bench.small_networks import torch_seeded
from refute.quantity import Recorded

FANS = (32, 512)
"""Range of a layer's numbers of inputs and outputs, where they are drawn."""


@dataclass(frozen=True)
class TorchLinear(Initializer):
    """Weights of ``torch.nn.Linear``, as by default or filled by a function of ``nn.init``."""

    filled_by: Literal["default", "kaiming_normal_", "kaiming_uniform_"]

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        with torch_seeded(int(generator.integers(2**32))):
            linear = nn.Linear(fan_in, fan_out)
            if self.filled_by != "default":
                getattr(nn.init, self.filled_by)(linear.weight, nonlinearity="relu")
        weights: Weights = linear.weight.detach().numpy().T
        return weights

    @property
    def words(self) -> str:
        return "torch.nn.Linear's" if self.filled_by == "default" else f"torch's {self.filled_by}"


@dataclass(frozen=True)
class DrawnWeights(TorchExperiment):
    """Draw the weights of one layer.

    Records "fan_in x variance", "mean / standard deviation", "standard deviation" and, if ``fans``
    is given, "weights beyond 1" as counts of all weights.

    Args:
        law: the initializer.
        fans: (inputs, outputs) of the layer; ``None`` draws both from ``FANS``, uniformly on a log
            scale.
        chunk: replicates drawn at a time.
        stream: which independent set of replicates.
    """

    law: Initializer
    fans: tuple[int, int] | None = None
    chunk: int = 8
    stream: int = 0

    @property
    def setting(self) -> str:
        layer = "layers of any size"
        if self.fans is not None:
            layer = f"{self.fans[0]} inputs and {self.fans[1]} units"
        return f"of {self.law.words} weights, {layer}"

    def measure(self, replicates: Replicates) -> Record:
        layers = [self._weights(replicates, k) for k in replicates]
        fan_in = np.array([len(layer) for layer in layers])
        means = np.array([layer.mean(dtype=np.float64) for layer in layers])
        variances = np.array([layer.var(dtype=np.float64) for layer in layers])
        samples = {
            "fan_in x variance": Sample.exactly(fan_in * variances),
            "mean / standard deviation": Sample.exactly(means / np.sqrt(variances)),
            "standard deviation": Sample.exactly(np.sqrt(variances)),
        }
        if self.fans is not None:
            beyond = np.array([int((np.abs(layer) > 1).sum()) for layer in layers])
            samples["weights beyond 1"] = Sample.exactly(beyond, self.fans[0] * self.fans[1])
        return Record(samples)

    def _weights(self, replicates: Replicates, k: int) -> Weights:
        return self.law.draw(replicates.generator(k, "weights"), *self._fans(replicates, k))

    def _fans(self, replicates: Replicates, k: int) -> tuple[int, int]:
        if self.fans is not None:
            return self.fans
        drawn = replicates.generator(k, "fans").random(2)
        least, most = np.log(FANS)
        fan_in, fan_out = np.exp(least + drawn * (most - least)).round().astype(int)
        return int(fan_in), int(fan_out)


def scaled_variance(law: Initializer) -> Recorded:
    """fan_in times the variance of a layer's weights, for layers of any size."""
    return named(DrawnWeights(law), "fan_in x variance", "fan_in times the variance")


def scaled_mean(law: Initializer) -> Recorded:
    """Mean of a layer's weights over their standard deviation."""
    return named(DrawnWeights(law), "mean / standard deviation")


def standard_deviation(law: Initializer, fan_in: int, fan_out: int) -> Recorded:
    """Standard deviation of a layer's weights."""
    return named(DrawnWeights(law, (fan_in, fan_out)), "standard deviation")


def weights_beyond_one(law: Initializer, fan_in: int) -> Recorded:
    """Share of the weights above 1 or below -1, in a layer of 100 units."""
    return named(DrawnWeights(law, (fan_in, 100)), "weights beyond 1", "share beyond ±1")
