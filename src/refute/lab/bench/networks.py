"""Dense networks as frozen descriptions.

A :class:`Network` describes a network.  ``module`` builds it for one replicate from torch's own
modules, and :func:`refute.lab.bench.stack.network.stack` builds many replicates as one module.
Both draw the same numbers: replicate ``k``'s weights from ``generator(k, "weights")`` and its
biases from ``generator(k, "biases")``, layer by layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from refute.experiment import Replicates
from refute.lab.bench.activations import (
    LEAKY_SLOPE,
    ActivationName,
    activation_module,
    activation_words,
)
from refute.lab.bench.description import Description
from refute.lab.bench.initializers import HE_NORMAL, ZEROS, Initializer
from refute.lab.bench.kinds import Count, DropoutRate
from refute.plurals import counted

Normalization = Literal["batch", "batch after"]


@dataclass(frozen=True, repr=False)
class Network(Description):
    """A dense network of hidden layers and a linear output layer.

    A hidden layer is a linear map and an activation, with optional normalization, dropout and skip
    connection.  The logits of the output layer go to a cross-entropy loss.  The defaults are the
    lab's usual network.

    Args:
        inputs: number of input features.
        hidden: units of each hidden layer; ``()`` is a linear model.
        outputs: number of classes.
        activation: a key of :data:`refute.lab.bench.activations.ACTIVATIONS`.
        slope: slope of "leaky relu" for negative inputs.
        weights: initializer of all weight matrices, or one initializer for each of them.
        biases: initializer of all biases; ``None`` for a network without biases.
        dropout: probability that training drops the output of a hidden unit.
        dropout_kind: "standard" is inverted dropout (Srivastava et al. 2014, 10); "alpha" keeps
            the moments of SELU activations (Klambauer et al. 2017, "New dropout technique").
        normalization: "batch" puts batch normalization before each activation, "batch after"
            after it, before dropout.
        skip: adds a hidden layer's input to its output if they have the same width (He et al.
            2016, equation 1, with one layer in each block).

    Raises:
        ValueError: the activation has no place in a dense stack, or there are not as many
            initializers as weight matrices.
    """

    inputs: Count = 61
    hidden: tuple[Count, ...] = (100, 100)
    outputs: Count = 10
    activation: ActivationName = "relu"
    slope: float = LEAKY_SLOPE
    weights: Initializer | tuple[Initializer, ...] = HE_NORMAL
    biases: Initializer | None = ZEROS
    dropout: DropoutRate = 0.0
    dropout_kind: Literal["standard", "alpha"] = "standard"
    normalization: Normalization | None = None
    skip: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.activation in _NOT_ELEMENTWISE_OR_RANDOM:
            raise ValueError(f"activation {self.activation!r} has no place in a dense stack")
        if len(self.initializers) != len(self.fans):
            raise ValueError(
                f"{len(self.initializers)} initializers for {len(self.fans)} weight matrices"
            )

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of every layer, inputs first."""
        return (self.inputs, *self.hidden, self.outputs)

    @property
    def fans(self) -> list[tuple[int, int]]:
        """(fan_in, fan_out) of every linear map."""
        return list(zip(self.sizes[:-1], self.sizes[1:], strict=True))

    @property
    def initializers(self) -> tuple[Initializer, ...]:
        """The initializer of each weight matrix."""
        if isinstance(self.weights, tuple):
            return self.weights
        return (self.weights,) * len(self.fans)

    @property
    def skips(self) -> tuple[bool, ...]:
        """Whether each hidden layer's input is added to its output."""
        return tuple(self.skip and fan_in == fan_out for fan_in, fan_out in self.fans[:-1])

    @property
    def weight_count(self) -> int:
        """Number of weights, without biases."""
        return sum(fan_in * fan_out for fan_in, fan_out in self.fans)

    def draw(
        self, replicates: Replicates, replicate: int
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32] | None]]:
        """Yield the initial weights (fan_in, fan_out) and biases (fan_out,) of each layer."""
        for_weights = replicates.generator(replicate, "weights")
        for_biases = replicates.generator(replicate, "biases")
        for (fan_in, fan_out), initializer in zip(self.fans, self.initializers, strict=True):
            weights = initializer.draw(for_weights, fan_in, fan_out)
            biases = None
            if self.biases is not None:
                # The first row of a weight matrix, so that biases can have the weights' law.
                biases = self.biases.draw(for_biases, fan_in, fan_out)[0]
            yield weights, biases

    def module(
        self, replicates: Replicates, replicate: int, dtype: torch.dtype = torch.float32
    ) -> nn.Sequential:
        """Build the network of one replicate from torch's modules, on the replicates' device."""
        modules: list[nn.Module] = []
        for at, (weights, biases) in enumerate(self.draw(replicates, replicate)):
            linear = _linear(weights, biases)
            if at == len(self.hidden):
                modules.append(linear)
            elif self.skips[at]:
                modules.append(Skip(linear, *self._after_linear(linear.out_features)))
            else:
                modules += [linear, *self._after_linear(linear.out_features)]
        return nn.Sequential(*modules).to(replicates.device, dtype)

    def activation_module(self) -> nn.Module:
        """Return a fresh module for the network's activation."""
        return activation_module(self.activation, self.slope)

    def _after_linear(self, units: int) -> Iterator[nn.Module]:
        if self.normalization == "batch":
            yield nn.BatchNorm1d(units)
        yield self.activation_module()
        if self.normalization == "batch after":
            yield nn.BatchNorm1d(units)
        if self.dropout:
            kind = nn.Dropout if self.dropout_kind == "standard" else nn.AlphaDropout
            yield kind(self.dropout)

    @property
    def weight_words(self) -> str:
        """The initializer in words, or the initializers of the layers in order."""
        if not isinstance(self.weights, tuple):
            return self.weights.words
        return ", then ".join(initializer.words for initializer in self.weights)

    @property
    def differences(self) -> list[str]:
        """Differences from the lab's usual network in words; inputs and outputs are left out."""
        units = [] if self.hidden == Network.hidden else [_hidden_words(self.hidden)]
        return units + self.differences_except_units

    @property
    def differences_except_units(self) -> list[str]:
        """The same without the units of the hidden layers."""
        usual = Network()
        words = []
        if (self.activation, self.slope) != (usual.activation, usual.slope):
            words.append(activation_words(self.activation, self.slope))
        if self.weights != usual.weights:
            words.append(f"{self.weight_words} weights")
        if self.biases != usual.biases:
            words.append("no biases" if self.biases is None else f"{self.biases.words} biases")
        if self.normalization is not None:
            words.append(_NORMALIZATION_WORDS[self.normalization])
        if self.skip:
            words.append("skip connections")
        if self.dropout:
            kind = "" if self.dropout_kind == "standard" else "alpha "
            words.append(f"{kind}dropout {self.dropout:g}")
        return words


class Skip(nn.Sequential):
    """A layer whose input is added to its output."""

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return outputs of the same shape as ``inputs``, (samples, units)."""
        outputs: torch.Tensor = super().forward(inputs)  # type: ignore[no-untyped-call]
        return inputs + outputs


def linear_layers(module: nn.Module) -> list[nn.Linear]:
    """Return the linear layers of a network, in order."""
    return [part for part in module.modules() if isinstance(part, nn.Linear)]


def layer_outputs(module: nn.Sequential, inputs: torch.Tensor) -> list[torch.Tensor]:
    """Return the outputs of each layer of a ``Network.module``: hidden layers, then logits.

    Shapes are (samples, units).
    """
    signal, outputs = inputs, []
    for at, part in enumerate(module):
        if at and isinstance(part, nn.Linear | Skip):
            outputs.append(signal)
        signal = part(signal)
    return [*outputs, signal]


def _linear(weights: NDArray[np.float32], biases: NDArray[np.float32] | None) -> nn.Linear:
    """Return the linear map with weights (fan_in, fan_out) and biases (fan_out,)."""
    linear: nn.Linear = nn.utils.skip_init(  # type: ignore[no-untyped-call]
        nn.Linear, *weights.shape, bias=biases is not None
    )
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(weights).T)
        if biases is not None:
            linear.bias.copy_(torch.from_numpy(biases))
    return linear


_NORMALIZATION_WORDS: dict[Normalization, str] = {
    "batch": "batch normalization",
    "batch after": "batch normalization after the activation",
}
_NOT_ELEMENTWISE_OR_RANDOM = ("glu", "softmax", "rrelu")

USUAL_NETWORK = Network()
"""The lab's usual network."""


def _hidden_words(hidden: tuple[int, ...]) -> str:
    if not hidden:
        return "no hidden layer"
    runs = [(units, len(list(run))) for units, run in groupby(hidden)]
    if len(runs) == 1:
        units, count = runs[0]
        return f"{counted(count, 'hidden layer')} of {units}"
    return "hidden layers of " + "-".join(str(units) for units in hidden)
