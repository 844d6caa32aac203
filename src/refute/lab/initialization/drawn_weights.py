"""A layer's freshly drawn weights: their mean, variance, size and limits."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from torch import nn

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.description import Description
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.initializers import Initializer, Weights
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.settings import named
from refute.lab.bench.small_networks import torch_seeded
from refute.plurals import counted
from refute.quantity import Recorded

FANS = (32, 512)
"""Range of a layer's numbers of inputs and outputs, where they are drawn."""


@dataclass(frozen=True)
class TorchLinear(Initializer):
    """Weights of ``torch.nn.Linear``, as by default or filled by a function of ``nn.init``.

    Args:
        filled_by: the function.
        nonlinearity: that the Kaiming functions are told; the others have no such argument.
    """

    filled_by: Literal[
        "default", "kaiming_normal_", "kaiming_uniform_", "xavier_normal_", "xavier_uniform_"
    ]
    nonlinearity: Literal["relu", "linear"] = "relu"

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        with torch_seeded(int(generator.integers(2**32))):
            linear = nn.Linear(fan_in, fan_out)
            if self.filled_by != "default":
                told = {"nonlinearity": self.nonlinearity} if self._kaiming else {}
                getattr(nn.init, self.filled_by)(linear.weight, **told)
        weights: Weights = linear.weight.detach().numpy().T
        return weights

    @property
    def words(self) -> str:
        if self.filled_by == "default":
            return "torch.nn.Linear's"
        linear = " for linear units" if self._kaiming and self.nonlinearity == "linear" else ""
        return f"torch's {self.filled_by}{linear}"

    @property
    def _kaiming(self) -> bool:
        return self.filled_by.startswith("kaiming")


@dataclass(frozen=True)
class DrawnWeights(TorchExperiment):
    """Draw the weights of one layer.

    Records "fan_in x variance", "(fan_in + fan_out) x variance", "mean / standard deviation",
    "standard deviation", "largest weight / Glorot's limit" and, if ``fans`` is given, "weights
    beyond 1" as counts of all weights.

    Args:
        law: the initializer.
        fans: (inputs, outputs) of the layer; ``None`` draws both from ``FANS``, uniformly on a log
            scale.
        chunk: replicates drawn at a time.
        stream: which independent set of replicates.
    """

    law: Initializer
    fans: tuple[Count, Count] | None = None
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        layer = "layers of any size"
        if self.fans is not None:
            layer = f"{self.fans[0]} inputs and {self.fans[1]} units"
        return f"of {self.law.words} weights, {layer}"

    def measure(self, replicates: Replicates) -> Record:
        layers = [self._weights(replicates, k) for k in replicates]
        fan_in, fan_out = np.array([layer.shape for layer in layers]).T
        means = np.array([layer.mean(dtype=np.float64) for layer in layers])
        variances = np.array([layer.var(dtype=np.float64) for layer in layers])
        samples = {
            "fan_in x variance": Sample.exactly(fan_in * variances),
            "(fan_in + fan_out) x variance": Sample.exactly((fan_in + fan_out) * variances),
            "mean / standard deviation": Sample.exactly(means / np.sqrt(variances)),
            "standard deviation": Sample.exactly(np.sqrt(variances)),
            "largest weight / Glorot's limit": Sample.exactly(
                np.array([_largest(layer) / glorots_limit(*layer.shape) for layer in layers])
            ),
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


@dataclass(frozen=True)
class DrawnLayer(Description):
    """The weights that an initializer draws for one layer.

    Args:
        law: the initializer.
        inputs: of the layer.
        units: of the layer.
        seed: of the generator that it draws from.
    """

    law: Initializer
    inputs: Count
    units: Count
    seed: Natural

    @property
    def said(self) -> str:
        return f"a layer of {counted(self.units, 'unit')} on {counted(self.inputs, 'input')}"

    def weights(self) -> Weights:
        """The weights, shape (inputs, units)."""
        return self.law.draw(np.random.default_rng(self.seed), self.inputs, self.units)


def drawn_layers(law: Initializer) -> SearchStrategy[DrawnLayer]:
    """Draw layers of up to 64 inputs and units."""
    sizes = st.integers(1, 64)
    return st.builds(DrawnLayer, st.just(law), sizes, sizes, st.integers(0, 2**16))


def within_glorots_limit(layer: DrawnLayer) -> bool:
    """Whether no weight is larger than Glorot's limit, which is rounded to a float32."""
    limit = np.nextafter(np.float32(glorots_limit(layer.inputs, layer.units)), np.float32(np.inf))
    return _largest(layer.weights()) <= float(limit)


def glorots_limit(fan_in: int, fan_out: int) -> float:
    """How far Glorot's uniform law reaches to either side (Glorot and Bengio 2010, 16)."""
    return sqrt(6 / (fan_in + fan_out))


def _largest(weights: Weights) -> float:
    return float(np.abs(weights).max())


def scaled_variance(law: Initializer, fans: tuple[int, int]) -> Recorded:
    """fan_in times the variance of the weights of a layer of one size."""
    return named(DrawnWeights(law, fans), "fan_in x variance", "fan_in times the variance")


def variance_by_both_fans(law: Initializer, fans: tuple[int, int]) -> Recorded:
    """(fan_in + fan_out) times the variance of the weights of a layer of one size."""
    return named(
        DrawnWeights(law, fans),
        "(fan_in + fan_out) x variance",
        "(fan_in + fan_out) times the variance",
    )


def largest_over_glorots_limit(law: Initializer) -> Recorded:
    """A layer's largest weight over the limit of Glorot's uniform law, for layers of any size."""
    return named(DrawnWeights(law), "largest weight / Glorot's limit")


def scaled_mean(law: Initializer) -> Recorded:
    """Mean of a layer's weights over their standard deviation."""
    return named(DrawnWeights(law), "mean / standard deviation")


def standard_deviation(law: Initializer, fan_in: int, fan_out: int) -> Recorded:
    """Standard deviation of a layer's weights."""
    return named(DrawnWeights(law, (fan_in, fan_out)), "standard deviation")


def weights_beyond_one(law: Initializer, fan_in: int) -> Recorded:
    """Share of the weights above 1 or below -1, in a layer of 100 units."""
    return named(DrawnWeights(law, (fan_in, 100)), "weights beyond 1", "share beyond ±1")
