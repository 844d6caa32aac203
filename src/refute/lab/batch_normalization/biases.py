"""Single dense layers followed by a normalization: does the layer's bias have any effect?

All in float64, so that a bias that cancels is not confused with one that is rounded away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.lab.bench.activations import ActivationName, activation_module
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, NonNegative
from refute.lab.bench.random_numbers import SeededNumbers
from refute.plurals import counted

Normalization = Literal["batch", "layer"]


@dataclass(frozen=True)
class NormalizedLayer(Description):
    """A dense layer, the normalization of its outputs, and a minibatch of standard normal inputs.

    Args:
        inputs: input features of the layer.
        units: units of the layer.
        samples: samples in the minibatch.
        bias: standard deviation of the biases, which are normal with mean 0.
        seed: of weights, minibatch and biases.
        normalization: "batch" normalizes each unit over the minibatch, "layer" each sample over
            the units.
        between: the activation between layer and normalization; "identity" for none.
    """

    inputs: Count
    units: Count
    samples: Count
    bias: NonNegative
    seed: Natural
    normalization: Normalization = "batch"
    between: ActivationName = "identity"

    @property
    def said(self) -> str:
        inputs = counted(self.inputs, "input")
        return f"a layer of {self.units} units on {inputs}, {self.samples} samples"

    def output(self, *, biased: bool, predicting: bool = False) -> Tensor:
        """Outputs of the normalization, (samples, units), with or without the layer's biases.

        ``predicting`` normalizes by the running statistics, which are those of the minibatch.
        """
        numbers = _Numbers(self)
        norm = self._norm()
        activated = self._activated(numbers, numbers.biases if biased else None)
        with torch.no_grad():
            output: Tensor = norm(activated)
            if predicting:
                output = norm.eval()(activated)
        return output

    def gradients(self) -> tuple[Tensor, Tensor]:
        """Return the gradient of a random linear function of the output, by two things.

        By the biases, of shape (units,), and by the outputs of the dense layer, of shape
        (samples, units): the first is the sum of the second over the samples.
        """
        numbers = _Numbers(self)
        biases = numbers.biases.clone().requires_grad_()
        dense = numbers.batch @ numbers.weights + biases
        output = self._norm()(activation_module(self.between)(dense))
        scalar = (output * numbers.cotangent).sum()
        by_biases, by_outputs = torch.autograd.grad(scalar, (biases, dense))
        return by_biases, by_outputs

    def _activated(self, numbers: _Numbers, biases: Tensor | None) -> Tensor:
        z = numbers.batch @ numbers.weights
        if biases is not None:
            z = z + biases
        activated: Tensor = activation_module(self.between)(z)
        return activated

    def _norm(self) -> nn.Module:
        if self.normalization == "layer":
            return nn.LayerNorm(self.units, dtype=torch.float64)
        # Momentum 1: the running statistics are those of the last minibatch.
        return nn.BatchNorm1d(self.units, momentum=1.0, dtype=torch.float64)


class _Numbers:
    """The random numbers of a layer: weights, minibatch, biases, and a cotangent of the output."""

    def __init__(self, layer: NormalizedLayer) -> None:
        normal = SeededNumbers(layer.seed).normal
        self.weights = normal(layer.inputs, layer.units) / layer.inputs**0.5
        self.batch = normal(layer.samples, layer.inputs)
        self.biases = layer.bias * normal(layer.units)
        self.cotangent = normal(layer.samples, layer.units)


def normalized_layers(
    *, normalization: Normalization = "batch", between: str = "identity"
) -> st.SearchStrategy[NormalizedLayer]:
    """Draw layers of 1 to 64 inputs and 2 to 64 units, minibatches of 8 to 64, biases up to 100."""
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
"""Far above float64's round-off at these sizes, far below the effect of any bias."""


def cancels_bias(layer: NormalizedLayer, *, predicting: bool = False) -> bool:
    """Whether the output is the same with and without the layer's biases, up to round-off."""
    with_biases = layer.output(biased=True, predicting=predicting)
    without = layer.output(biased=False, predicting=predicting)
    return bool((with_biases - without).abs().max() <= ROUND_OFF)


def bias_gets_gradient(layer: NormalizedLayer) -> bool:
    """Return whether the gradient of some bias is more than round-off.

    It is held against the terms that it sums: where a layer's outputs hardly vary, normalization
    magnifies them, and their round-off, some hundred times.
    """
    by_biases, by_outputs = layer.gradients()
    return bool((by_biases.abs() > ROUND_OFF * by_outputs.abs().sum(0)).any())
