"""Stacked networks evaluated again and again on the same samples."""

from __future__ import annotations

import torch
from torch import Tensor

from refute.lab.bench.stack.elementwise import in_place
from refute.lab.bench.stack.network import StackedNetwork


class Evaluation:
    """Logits of networks as they are now, in eval mode, on samples that stay the same.

    The layers' outputs are written over at every call: memory that is new each time would cost as
    much as the products.

    Args:
        net: the networks.
        inputs: (R, N, inputs).
    """

    def __init__(self, net: StackedNetwork, inputs: Tensor) -> None:
        self._net, self._inputs = net, inputs.mT
        self._activate = in_place(net.network)
        shapes = [(len(weight), weight.shape[1], inputs.shape[1]) for weight in net.rows]
        spare = {(at % 2, shape): inputs.new_empty(shape) for at, shape in enumerate(shapes)}
        self._outputs = [spare[at % 2, shape] for at, shape in enumerate(shapes)]

    def __call__(self) -> Tensor:
        """Logits (R, classes, N); the next call writes over them."""
        net, h = self._net, self._inputs
        with torch.no_grad():
            for at, (weight, bias) in enumerate(zip(net.rows, net.biases, strict=True)):
                if bias is None:
                    z = torch.bmm(weight, h, out=self._outputs[at])
                else:
                    z = torch.baddbmm(bias.mT, weight, h, out=self._outputs[at])
                if at == len(net.rows) - 1:
                    return z
                out = self._hidden(at, z)
                h = out.add_(h) if net.network.skips[at] else out
        raise AssertionError("a network has an output layer")

    def _hidden(self, at: int, z: Tensor) -> Tensor:
        net = self._net
        normalization = net.network.normalization
        if normalization == "batch":
            z = net.norms[at](z, training=False)
        h: Tensor = self._activate(z) if self._activate is not None else net.activations[at](z)
        return net.norms[at](h, training=False) if normalization == "batch behind" else h
