"""Scales of signals and gradients at initialization, in the terms of claims about initializers.

Derived from :class:`~refute.lab.bench.signals.Signals`: standard deviations of outputs over those
of inputs, and orders of magnitude.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.activations import LEAKY_SLOPE, activation_words
from refute.lab.bench.data import DIGITS
from refute.lab.bench.initializers import Initializer
from refute.lab.bench.kinds import Positive
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import experiment_of, in_words, named
from refute.lab.bench.signals import DEEP, Signals
from refute.quantity import Quantity, Recorded

Size = Literal["standard deviation", "root mean square"]
"""How large a layer's outputs are over units and samples: measured from their mean, or from 0."""

_SQUARES = {"standard deviation": "pooled variance", "root mean square": "second moment"}


@dataclass(frozen=True)
class Scales(Signals):
    """The signals of N(0, input_std²) inputs, with further samples.

    For hidden layers 1..L it also records:

    - "SIZE of layer 1 over the inputs'", for each ``Size``;
    - "SIZE per layer": geometric mean of its ratios between consecutive layers;
    - "decades of the signal": log10 of the root mean square of layer L over ``input_std``;
    - "decades of the gradient": log10 of the gradient's norm at layer 1 over that at layer L;
    - "decades of gradient lost or gained": its absolute value.
    """

    input_std: Positive = 1.0

    @property
    def differences(self) -> list[str]:
        """What differs from 20 hidden layers of 100 on N(0, 1) inputs, in words."""
        shifted = [] if self.input_std == 1 else [f"inputs of standard deviation {self.input_std}"]
        return super().differences + shifted

    @property
    def setting(self) -> str:
        return in_words(self.differences, usual="in the usual network")

    def measure(self, replicates: Replicates) -> Record:
        record = super().measure(replicates)
        depth = len(self.network.hidden)
        samples = dict(record.samples)

        def of(key: str) -> np.ndarray[Any, np.dtype[np.float64]]:
            return record.samples[key].lower.astype(np.float64)

        for size, square in _SQUARES.items():
            first = np.sqrt(of(f"{square} at layer 1")) / self.input_std
            samples[f"{size} of layer 1 over the inputs'"] = Sample.exactly(first)
            if depth > 1:
                samples[f"{size} per layer"] = Sample.exactly(np.sqrt(of(f"{square} per layer")))
        signal = np.log10(of(f"second moment at layer {depth}")) / 2 - np.log10(self.input_std)
        gradient = np.log10(of("gradient at layer 1"))
        samples["decades of the signal"] = Sample.exactly(signal)
        samples["decades of the gradient"] = Sample.exactly(gradient)
        samples["decades of gradient lost or gained"] = Sample.exactly(np.abs(gradient))
        return replace(record, samples=samples)

    def _inputs(self, replicates: Replicates) -> torch.Tensor:
        return super()._inputs(replicates) * self.input_std


def dense_layer(fan_in: int, fan_out: int, activation: str, weights: Initializer) -> Network:
    """A dense layer, as a network in which it is the only hidden layer."""
    return Network(inputs=fan_in, hidden=(fan_out,), activation=activation, weights=weights)


def output_over_input(size: Size, layer: Network, input_std: float = 1.0) -> Recorded:
    """The size of a dense layer's outputs, after its activation, over that of its inputs.

    Args:
        size: which size to compare.
        layer: a network of one hidden layer; the activation "identity" leaves the linear map alone.
        input_std: standard deviation of the inputs, which are normal with mean 0.
    """
    linear = layer.activation == "identity"
    kind = "linear" if linear else activation_words(layer.activation)
    units = f"{layer.inputs} inputs, {layer.hidden[0]} {kind} units"
    weights = f"{layer.weight_words} weights"
    small = "" if input_std == 1 else f", inputs of standard deviation {input_std:g}"
    return Recorded(
        Scales(layer, input_std=input_std),
        f"{size} of layer 1 over the inputs'",
        f"{size} of outputs / of inputs",
        f": {units}, {weights}{small}",
        measured_in="times",
    )


def change_per_layer(size: Size, **settings: Any) -> Recorded:
    """The factor by which the size changes per layer, in 20 hidden layers of 100."""
    words = f"{size} of outputs, layer over layer before"
    return _in_deep_network(f"{size} per layer", words, "times", settings)


def share_left_by_first_layer(statistic: Literal["variance", "second moment"]) -> Quantity:
    """The share of a statistic that is left after the first activation of the usual network.

    Digits are standardised and biases zero, so pre-activations have mean 0, and their second moment
    is their variance.
    """
    digits = Signals(Network(), DIGITS)
    before = named(digits, "pre-activation second moment at layer 1", "variance of pre-activations")
    after = named(digits, f"{statistic} at layer 1", f"{statistic} of outputs")
    return after / before


def share_passed_on(activation: str, slope: float = LEAKY_SLOPE) -> Quantity:
    """The variance of the second layer's pre-activations with an activation over that without one.

    Both arms are the usual network on digits with the same weights.  Those of the second layer have
    mean 0, so the mean of its pre-activations over its units is 0 and their second moment is their
    variance (He et al. 2015, 2.2).
    """
    with_it, without = (
        named(
            Signals(Network(activation=name, slope=slope), DIGITS),
            "pre-activation second moment at layer 2",
            "variance of pre-activations in the second layer",
        )
        for name in (activation, "identity")
    )
    return with_it / without


def decades_of_signal(**settings: Any) -> Recorded:
    """Orders of magnitude by which the outputs of the last of 20 layers exceed the inputs."""
    words = "last layer's outputs over the inputs"
    return _in_deep_network("decades of the signal", words, "decades", settings)


def decades_of_gradient(**settings: Any) -> Recorded:
    """Orders of magnitude by which the first layer's gradient exceeds the last layer's."""
    words = "gradient at the first layer over that at the last"
    return _in_deep_network("decades of the gradient", words, "decades", settings)


def gradient_per_layer(**settings: Any) -> Recorded:
    """The gradient at a layer over that at the layer before, in 20 hidden layers of 100.

    It is the geometric mean over the layers, and above 1 if the gradient shrinks on its way back.
    """
    words = "gradient at a layer over the layer before"
    return _in_deep_network("gradient per layer", words, "times", settings)


def decades_lost_or_gained(**settings: Any) -> Recorded:
    """Orders of magnitude by which the gradient vanishes or explodes."""
    words = "gradient lost or gained from the last layer to the first"
    return _in_deep_network("decades of gradient lost or gained", words, "decades", settings)


def _in_deep_network(key: str, words: str, unit: str, settings: dict[str, Any]) -> Recorded:
    return named(experiment_of(Scales, DEEP, settings), key, words, unit=unit)
