"""Single dense layers with a normalization behind them: what becomes of the layer's bias?

In float64, so that what is cancelled is told from what is rounded away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.lab.bench.activations import activation_module

Normalization = Literal["batch", "layer"]


@dataclass(frozen=True)
class NormalizedLayer:
    """A dense layer, what stands between it and its normalization, and a batch of inputs.

    Args:
        inputs: its input features.
        units: its units.
        samples: size of the batch, standard normal.
        bias: what is added to its biases: that much times a standard normal number for each unit.
        seed: of weights, batch and biases.
        normalization: "batch" normalizes each unit over the batch, "layer" each sample over units.
        between: the activation between layer and normalization; "identity" for none.
    """

    inputs: int
    units: int
    samples: int
    bias: float
    seed: int
    normalization: Normalization = "batch"
    between: str = "identity"

    def output(self, *, biased: bool, predicting: bool = False) -> Tensor:
        """What leaves the normalization, (samples, units), with or without the layer's biases.

        ``predicting`` uses running statistics, which are those of the batch.
        """
        numbers = _Numbers(self)
        norm = self._norm()
        entering = self._entering(numbers, numbers.biases if biased else None)
        with torch.no_grad():
            output: Tensor = norm(entering)
            if predicting:
                output = norm.eval()(entering)
        return output

    def gradient_of_biases(self) -> Tensor:
        """Gradient (units,) of a random linear function of the output."""
        numbers = _Numbers(self)
        biases = numbers.biases.clone().requires_grad_()
        output = self._norm()(self._entering(numbers, biases))
        (gradient,) = torch.autograd.grad((output * numbers.cotangent).sum(), biases)
        found: Tensor = gradient
        return found

    def _entering(self, numbers: _Numbers, biases: Tensor | None) -> Tensor:
        into = numbers.batch @ numbers.weights
        if biases is not None:
            into = into + biases
        between: Tensor = activation_module(self.between)(into)
        return between

    def _norm(self) -> nn.Module:
        if self.normalization == "layer":
            return nn.LayerNorm(self.units, dtype=torch.float64)
        # Momentum 1: the running statistics are those of the last batch.
        return nn.BatchNorm1d(self.units, momentum=1.0, dtype=torch.float64)


class _Numbers:
    """A layer's weights, batch and biases, and the cotangent of its output."""

    def __init__(self, layer: NormalizedLayer) -> None:
        generator = torch.Generator().manual_seed(layer.seed)

        def normal(*shape: int) -> Tensor:
            return torch.randn(*shape, generator=generator, dtype=torch.float64)

        self.weights = normal(layer.inputs, layer.units) / layer.inputs**0.5
        self.batch = normal(layer.samples, layer.inputs)
        self.biases = layer.bias * normal(layer.units)
        self.cotangent = normal(layer.samples, layer.units)


def normalized_layers(
    *, normalization: Normalization = "batch", between: str = "identity"
) -> st.SearchStrategy[NormalizedLayer]:
    """Layers of 1 to 64 inputs and 2 to 64 units with batches of 8 to 64 and biases up to 100."""
    return st.builds(
        NormalizedLayer,
        inputs=st.integers(1, 64),
        units=st.integers(2, 64),
        samples=st.integers(8, 64),
        bias=st.floats(0.1, 100),
        seed=st.integers(0, 2**32 - 1),
        normalization=st.just(normalization),
        between=st.just(between),
    )


ROUND_OFF = 1e-9
"""Far above float64's round-off at these sizes, far below anything that a bias would change."""


def cancels_bias(layer: NormalizedLayer, *, predicting: bool = False) -> bool:
    """Whether the output is the same with the layer's biases and without, up to round-off."""
    with_biases = layer.output(biased=True, predicting=predicting)
    without = layer.output(biased=False, predicting=predicting)
    return bool((with_biases - without).abs().max() <= ROUND_OFF)


def teaches_bias(layer: NormalizedLayer) -> bool:
    """Whether the biases get a gradient that is more than round-off."""
    return bool(layer.gradient_of_biases().abs().max() > ROUND_OFF)
