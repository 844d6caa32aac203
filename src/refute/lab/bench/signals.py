"""Signals at initialization: activations and gradients from layer to layer.

In the forward pass, these are statistics of each layer's outputs over a sample of inputs.  They are
taken per unit and then averaged over units, as in the definition of self-normalization (Klambauer
et al. 2017, definition 1), or pooled over units and samples, which hides constant units.  In the
backward pass, it is the norm, by layer, of the gradient of a random linear function of the last
hidden layer's outputs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates, Series
from refute.lab.bench.data import Data
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.networks import Network
from refute.lab.bench.random_numbers import standard_normal
from refute.lab.bench.settings import in_words
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import StackedNetwork, stack

DEEP = Network(inputs=100, hidden=(100,) * 20)
"""The default network: 20 square layers of 100 units, He initialization and ReLU."""


STATISTICS = {
    "mean": "mean of the outputs",
    "variance": "variance of a unit's output",
    "pooled variance": "variance of the outputs over units and samples",
    "second moment": "mean square of the outputs",
    "pre-activation second moment": "mean square of the pre-activations",
    "gradient": "gradient norm relative to the last hidden layer",
}
"""The statistics that are measured at every hidden layer, and their names for readers."""

ROOTS = {
    "variance": "standard deviation of a unit's output",
    "pooled variance": "standard deviation of the outputs",
    "second moment": "root mean square of the outputs",
    "pre-activation second moment": "root mean square of the pre-activations",
}
"""Squares are plotted as their roots, which have the same unit as the signals."""


@dataclass(frozen=True)
class Signals(TorchExperiment):
    """Send inputs forward through untrained networks, and a random gradient backward.

    The statistics of hidden layer l = 1..L, whose outputs (after activation and dropout) are h:

    - "mean": mean of h over samples and units;
    - "variance": variance of a unit's output over samples, averaged over units;
    - "pooled variance": variance of h over units and samples together;
    - "second moment": E[h²] over units and samples;
    - "pre-activation second moment": E[z²] over units and samples of the pre-activations z;
    - "gradient": norm of the gradient with respect to h, divided by its norm at layer L.

    Samples: "STATISTIC at layer l" for every statistic and layer; "STATISTIC per layer", the
    geometric mean of its ratios between consecutive layers (not for "mean").
    Series: each statistic by depth, squares as their roots.

    Args:
        network: the network; it has as many inputs as the data has features.
        data: data whose training inputs are sent; ``None`` draws the inputs from N(0, 1).
        count: number of inputs that each replicate sees.
        dropping: whether dropout is active, as in training.
        chunk: replicates that run together; a constant of the experiment.
        stream: which independent set of replicates.

    Raises:
        ValueError: the network has no hidden layer, or the data has another number of features.
    """

    network: Network = DEEP
    data: Data | None = None
    count: Count = 500
    dropping: bool = False
    chunk: Count = 8
    stream: Natural = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.network.hidden:
            raise ValueError("a network without hidden layers has no signals to measure")
        if self.data is not None and self.data.features != self.network.inputs:
            raise ValueError(
                f"a network of {self.network.inputs} inputs cannot take {self.data.features}"
            )

    @property
    def differences(self) -> list[str]:
        """Differences in words from 20 hidden layers of 100 with N(0, 1) inputs."""
        words = self.network.differences
        if self.network.hidden == DEEP.hidden:
            words.remove("20 hidden layers of 100")
        if self.data is not None:
            words += self.data.differences or ["standardised digits"]
        if self.network.dropout and not self.dropping:
            words.append("dropout off")
        return words

    @property
    def setting(self) -> str:
        depth = "in 20 hidden layers of 100" if self.network.hidden == DEEP.hidden else ""
        return f"{depth} {in_words(self.differences, usual='')}".strip()

    def start(self, replicates: Replicates) -> StackedNetwork:
        """Build the initial networks; a subclass may initialize them otherwise."""
        return stack(self.network, replicates)

    def measure(self, replicates: Replicates) -> Record:
        net = self.start(replicates)
        x = self._inputs(replicates)
        masks = None
        if self.dropping:
            masks = next(dropout_masks(self.network, replicates, self.count, block=1))
        with torch.enable_grad():
            signals = net.signals(x, masks, training=True)
            outputs = [h for _, h in signals]
            cotangent = standard_normal(replicates, "cotangent", outputs[-1].shape[1:])
            gradients = torch.autograd.grad(outputs[-1], outputs, cotangent)
        norms = by_layer([gradient.flatten(1).norm(dim=1) for gradient in gradients])
        h = [_moments(output.detach()) for output in outputs]
        entering = [z.detach().double() for z, _ in signals]
        return record(
            {
                "mean": by_layer([means.mean(1) for means, _ in h]),
                "variance": by_layer([variances.mean(1) for _, variances in h]),
                # The law of total variance: within units plus between units.
                "pooled variance": by_layer([v.mean(1) + m.var(1, correction=0) for m, v in h]),
                "second moment": by_layer([(v + m.square()).mean(1) for m, v in h]),
                "pre-activation second moment": by_layer(
                    [z.square().mean((1, 2)) for z in entering]
                ),
                "gradient": norms / norms[:, -1:],
            }
        )

    def _inputs(self, replicates: Replicates) -> torch.Tensor:
        if self.data is not None:
            samples = self.data.draw(replicates)
            return samples.take(samples.train[:, : self.count])[0]
        return standard_normal(replicates, "inputs", (self.count, self.network.inputs))


def _moments(h: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return each unit's mean and variance over the samples, (R, units), of h (R, B, units)."""
    wide = h.double()
    means = wide.mean(1, keepdim=True)
    return means.squeeze(1), (wide - means).square_().mean(1)


def by_layer(values: list[torch.Tensor]) -> NDArray[np.float64]:
    """Stack one tensor (R,) per layer to values (R, layers)."""
    stacked: NDArray[np.float64] = torch.stack(values, 1).double().cpu().numpy()
    return stacked


def record(statistics: dict[str, NDArray[np.float64]]) -> Record:
    """Make a record of named statistics (R, layers): samples and series."""
    samples = {}
    series = []
    for name, values in statistics.items():
        layers = np.arange(1, values.shape[1] + 1)
        for layer in layers:
            samples[f"{name} at layer {layer}"] = Sample.exactly(values[:, layer - 1].copy())
        if name != "mean" and len(layers) > 1:
            samples[f"{name} per layer"] = Sample.exactly(per_layer(values))
        words = ROOTS.get(name, STATISTICS[name])
        drawn = np.sqrt(values) if name in ROOTS else values
        x = layers.astype(np.float64)
        series.append(
            Series(words, "layers", "hidden layer", words, x, drawn, log_y=name != "mean")
        )
    return Record(samples, tuple(series))


def per_layer(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the geometric mean of the ratios of consecutive layers, 0 if the last layer is 0."""
    first, last = values[:, 0], values[:, -1]
    ratio = np.divide(last, first, out=np.zeros_like(last), where=first > 0)
    factor: NDArray[np.float64] = ratio ** (1 / (values.shape[1] - 1))
    return factor
