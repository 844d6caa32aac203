"""Repeated evaluation of stacked networks on the same samples."""

from __future__ import annotations

import torch
from torch import Tensor

from refute.lab.bench.stack.elementwise import in_place_activation
from refute.lab.bench.stack.network import StackedNetwork


class Evaluation:
    """Computes the current logits of networks, in eval mode, on fixed samples.

    Every call overwrites the layers' outputs, because allocating them would cost as much time as
    the matrix products.

    Args:
        net: the networks.
        inputs: (R, N, inputs).
    """

    def __init__(self, net: StackedNetwork, inputs: Tensor) -> None:
        self._net, self._inputs = net, inputs.mT
        self._activate = in_place_activation(net.network)
        self._skips = net.network.skips
        shapes = [
            (len(weight), weight.shape[1], inputs.shape[1]) for weight in net.transposed_weights
        ]
        spare = {(at % 2, shape): inputs.new_empty(shape) for at, shape in enumerate(shapes)}
        self._outputs = [spare[at % 2, shape] for at, shape in enumerate(shapes)]

    def __call__(self) -> Tensor:
        """Return logits (R, classes, N), which the next call overwrites."""
        net, h = self._net, self._inputs
        layers = list(zip(net.transposed_weights, net.biases, strict=True))
        with torch.no_grad():
            for at, (weight, bias) in enumerate(layers):
                if bias is None:
                    z = torch.bmm(weight, h, out=self._outputs[at])
                else:
                    z = torch.baddbmm(bias.mT, weight, h, out=self._outputs[at])
                if at == len(layers) - 1:
                    return z
                out = self._hidden(at, z)
                h = out.add_(h) if self._skips[at] else out
        raise AssertionError("a network has an output layer")

    def _hidden(self, at: int, z: Tensor) -> Tensor:
        net = self._net
        normalization = net.network.normalization
        if normalization == "batch":
            z = net.norms[at](z, training=False)
        h: Tensor = self._activate(z) if self._activate is not None else net.activations[at](z)
        return net.norms[at](h, training=False) if normalization == "batch after" else h
