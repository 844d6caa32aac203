"""Networks rebuilt from what the code of a key says of their layers, in torch and in Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from refute.key_code import DenseLayer
from refute.lab.bench.device import one_thread
from refute.lab.bench.real_keras import own_warnings, real_keras

Array = NDArray[np.float64]
Library = Literal["torch", "Keras"]

_TORCH: dict[str, Callable[[], nn.Module]] = {
    "elu": nn.ELU,
    "selu": nn.SELU,
    "relu": nn.ReLU,
    "softmax": lambda: nn.Softmax(-1),
}


@dataclass(frozen=True)
class Layers:
    """Dense layers in a row, to be rebuilt in float64.

    Args:
        layers: as the code says; the weights are drawn by the library's default.
        features: inputs of the first.
        seed: of weights and samples.
    """

    layers: tuple[DenseLayer, ...]
    features: int
    seed: int = 0

    def parameters(self, library: Library) -> int:
        """How many numbers there are to a network, batch normalization's statistics among them.

        Raises:
            SkipTest: there is no Keras 3 here, and it is asked for.
        """
        if library == "Keras":
            return int(self._in_keras().count_params())
        network = self._in_torch()
        floats = (n for n in network.state_dict().values() if n.is_floating_point())
        return sum(numbers.numel() for numbers in floats)

    def shift_of_outputs(self, library: Library, samples: int = 40) -> float:
        """By how much the outputs move, in training mode, when every hidden bias is raised by 1.

        The largest difference over samples and outputs, divided by the outputs' deviation.

        Raises:
            SkipTest: there is no Keras 3 here, and it is asked for.
        """
        inputs = np.random.default_rng(self.seed).normal(size=(samples, self.features))
        outputs = self._keras_outputs(inputs) if library == "Keras" else self._outputs(inputs)
        before, after = outputs
        return float(np.abs(after - before).max() / before.std())

    def _outputs(self, inputs: Array) -> tuple[Array, Array]:
        network = self._in_torch().train()
        with one_thread(), torch.no_grad():
            before = network(torch.from_numpy(inputs)).numpy()
            for layer in [part for part in network if isinstance(part, nn.Linear)][:-1]:
                layer.bias.add_(1)
            return before, network(torch.from_numpy(inputs)).numpy()

    def _keras_outputs(self, inputs: Array) -> tuple[Array, Array]:
        network, ops = self._in_keras(), real_keras().ops
        with own_warnings():
            before = ops.convert_to_numpy(network(inputs, training=True))
            dense = [part for part in network.layers if isinstance(part, real_keras().layers.Dense)]
            for layer in dense[:-1]:
                layer.bias.assign(layer.bias + 1)
            return before, ops.convert_to_numpy(network(inputs, training=True))

    def _in_torch(self) -> nn.Sequential:
        torch.manual_seed(self.seed)
        parts: list[nn.Module] = []
        width = self.features
        for layer in self.layers:
            parts.append(nn.Linear(width, layer.units))
            width = layer.units
            for name in layer.then:
                parts.append(nn.BatchNorm1d(width) if name == "batch norm" else _TORCH[name]())
        return nn.Sequential(*parts).double()

    def _in_keras(self) -> Any:
        keras = real_keras()
        keras.utils.set_random_seed(self.seed)
        of_64_bits = {"dtype": "float64"}
        parts: list[Any] = [keras.Input((self.features,), dtype="float64")]
        for layer in self.layers:
            parts.append(keras.layers.Dense(layer.units, **of_64_bits))
            for name in layer.then:
                if name == "batch norm":
                    parts.append(keras.layers.BatchNormalization(**of_64_bits))
                else:
                    parts.append(keras.layers.Activation(name, **of_64_bits))
        return keras.Sequential(parts)


def layers_of(layers: Sequence[DenseLayer], features: int) -> Layers:
    """The layers of a key's network, to be rebuilt."""
    return Layers(tuple(layers), features)
