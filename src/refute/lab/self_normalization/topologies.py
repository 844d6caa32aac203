"""Untrained SELU networks with skip connections: do they keep mean and variance?

A skip connection that adds a layer's input to its output adds their variances (He et al. 2016,
equation 1); divided by √2, the sum of two independent signals of one variance keeps it.  A skip
connection that concatenates the network's inputs to every layer's output, as in wide and deep
networks, adds nothing: every signal keeps its own variance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates, Series
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.initializers import LECUN_NORMAL
from refute.lab.bench.kinds import Count, Natural

Topology = Literal["a plain stack", "sums", "scaled sums", "concatenation"]
"""How the next layer's input is made of a layer's input h and output f(Wh).

It is the output alone, their sum, their sum over √2, or the output concatenated with the network's
inputs.
"""


@dataclass(frozen=True)
class SkippingSignals(TorchExperiment):
    """Send standard normal inputs through untrained SELU networks with LeCun's weights.

    Records "mean at layer l" and "variance at layer l" of the signal that layer l passes to the
    next, as :class:`~refute.lab.bench.signals.Signals` does.  Series: the standard deviation by
    layer.

    Args:
        topology: how layers are connected.
        depth: number of hidden layers.
        width: units of each, and number of inputs.
        count: number of inputs for each replicate.
        chunk: replicates computed at a time.
        stream: which independent set of replicates.
    """

    topology: Topology
    depth: Count = 20
    width: Count = 100
    count: Count = 500
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        return f"in {self.depth} layers of {self.width} SELU units, {self.topology}"

    def measure(self, replicates: Replicates) -> Record:
        moments = np.array([list(self._moments(replicates, k)) for k in replicates])
        samples = {}
        for at in range(self.depth):
            samples[f"mean at layer {at + 1}"] = Sample.exactly(moments[:, at, 0].copy())
            samples[f"variance at layer {at + 1}"] = Sample.exactly(moments[:, at, 1].copy())
        words = "standard deviation of a unit's output"
        x = np.arange(1.0, self.depth + 1)
        drawn = np.sqrt(moments[:, :, 1])
        return Record(samples, (Series(words, "layers", "hidden layer", words, x, drawn, True),))

    def _moments(self, replicates: Replicates, replicate: int) -> Iterator[tuple[float, float]]:
        """Yield for each layer the mean over samples and units, and the mean variance of a unit."""
        weights = replicates.generator(replicate, "weights")
        drawn = replicates.generator(replicate, "inputs").standard_normal(
            (self.count, self.width), dtype=np.float32
        )
        inputs = torch.from_numpy(drawn).to(replicates.device)
        signal = inputs
        for _ in range(self.depth):
            matrix = LECUN_NORMAL.draw(weights, signal.shape[1], self.width)
            out = torch.selu(signal @ torch.from_numpy(matrix).to(signal))
            signal = self._next_input(inputs, signal, out)
            precise = signal.double()
            yield float(precise.mean()), float(precise.var(0, correction=0).mean())

    def _next_input(self, inputs: Tensor, signal: Tensor, out: Tensor) -> Tensor:
        match self.topology:
            case "a plain stack":
                return out
            case "sums":
                return signal + out
            case "scaled sums":
                return (signal + out) / sqrt(2)
            case "concatenation":
                return torch.cat([out, inputs], 1)
