"""Networks rebuilt, in torch and in Keras, from the layers that a key's code describes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from refute.lab.bench.activations import activation_module
from refute.lab.bench.description import Description
from refute.lab.bench.device import one_thread
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.networks import linear_layers
from refute.lab.bench.real_keras import numpy_deprecations_ignored, real_keras

Array = NDArray[np.float64]
Library = Literal["torch", "Keras"]

SAMPLES = 40


@runtime_checkable
class DenseLayer(Protocol):
    """A dense layer, and the names of the activations and normalizations that follow it."""

    @property
    def units(self) -> int: ...

    @property
    def then(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Layers(Description):
    """A stack of dense layers to rebuild in float64, with the library's default initialization.

    Args:
        layers: the layers that the code describes.
        features: number of inputs of the first layer.
        seed: seed of weights and samples.
    """

    layers: tuple[DenseLayer, ...]
    features: Count
    seed: Natural = 0

    def parameters(self, library: Library) -> int:
        """Count the parameters of the network, including the statistics of batch normalization.

        Raises:
            SkipTest: the library is Keras, and Keras 3 is not installed.
        """
        if library == "Keras":
            return int(self._in_keras().count_params())
        network = self._in_torch()
        tensors = network.state_dict().values()
        return sum(tensor.numel() for tensor in tensors if tensor.is_floating_point())

    def shift_of_outputs(self, library: Library) -> float:
        """Return how far the outputs move, in training mode, if every hidden bias is raised by 1.

        It is the largest difference over samples and outputs, divided by the standard deviation of
        the outputs.

        Raises:
            SkipTest: the library is Keras, and Keras 3 is not installed.
        """
        inputs = np.random.default_rng(self.seed).normal(size=(SAMPLES, self.features))
        outputs = self._keras_outputs(inputs) if library == "Keras" else self._torch_outputs(inputs)
        before, after = outputs
        return float(np.abs(after - before).max() / before.std())

    def _torch_outputs(self, inputs: Array) -> tuple[Array, Array]:
        """Return the outputs before and after raising the biases, (samples, units)."""
        network = self._in_torch().train()
        with one_thread(), torch.no_grad():
            before = network(torch.from_numpy(inputs)).numpy()
            for layer in linear_layers(network)[:-1]:
                layer.bias.add_(1)
            return before, network(torch.from_numpy(inputs)).numpy()

    def _keras_outputs(self, inputs: Array) -> tuple[Array, Array]:
        """Return the outputs before and after raising the biases, (samples, units)."""
        network, ops = self._in_keras(), real_keras().ops
        with numpy_deprecations_ignored():
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
                parts.append(
                    nn.BatchNorm1d(width) if name == "batch norm" else activation_module(name)
                )
        return nn.Sequential(*parts).double()

    def _in_keras(self) -> Any:
        keras = real_keras()
        keras.utils.set_random_seed(self.seed)
        in_float64 = {"dtype": "float64"}
        parts: list[Any] = [keras.Input((self.features,), dtype="float64")]
        for layer in self.layers:
            parts.append(keras.layers.Dense(layer.units, **in_float64))
            for name in layer.then:
                if name == "batch norm":
                    parts.append(keras.layers.BatchNormalization(**in_float64))
                else:
                    parts.append(keras.layers.Activation(name, **in_float64))
        return keras.Sequential(parts)
