"""Many replicates of a network as one module, whose parameters have a replicate axis.

Weights have shape (R, fan_in, fan_out), biases (R, 1, fan_out), activations (R, B, units).
Replicate r depends on row r of everything and on nothing else, and optimizers treat every number
separately, so that training the stack trains R independent networks.

In memory, weights and activations are transposed, (R, fan_out, fan_in) and (R, units, B).  The
samples of a unit are then contiguous, which is faster for matrix products, sums over the batch and
batch normalization (``benchmarks/README.md``).  Callers see the usual shapes, as views.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from numpy.typing import NDArray
from torch import nn

from refute.experiment import Replicates
from refute.lab.bench.networks import Network
from refute.lab.bench.stack.elementwise import in_place_activation
from refute.lab.bench.stack.masks import Drop
from refute.lab.bench.stack.normalization import BatchNorm

Layer = Callable[[torch.Tensor], torch.Tensor]


def stack(
    network: Network, replicates: Replicates, dtype: torch.dtype = torch.float32
) -> StackedNetwork:
    """Build the networks of ``replicates``, with the same weights as ``network.module``."""
    drawn = [list(network.draw(replicates, k)) for k in replicates]
    weights, biases = [], []
    for layer in zip(*drawn, strict=True):
        rows = [weight.T for weight, _ in layer]
        weights.append(nn.Parameter(_tensor(rows, replicates.device, dtype).mT))
        rows = [bias[None] for _, bias in layer if bias is not None]
        biases.append(nn.Parameter(_tensor(rows, replicates.device, dtype)) if rows else None)
    return StackedNetwork(network, weights, biases)


def _tensor(rows: Sequence[NDArray[np.float32]], device: str, dtype: torch.dtype) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(np.stack(rows))).to(device, dtype)


class StackedNetwork(nn.Module):
    """R networks of the same architecture.

    Calling it maps inputs (R, B, inputs), or (B, inputs) if all replicates share them, to logits
    (R, B, outputs).

    Attributes:
        weights: the weights by layer, (R, fan_in, fan_out).
        biases: the biases by layer, (R, 1, fan_out); ``None`` in a network without biases.
        transposed_weights: views of the weights in their memory layout, (R, fan_out, fan_in).
        other_parameters: one tensor of all other parameters.  They are views of it, and their
            gradients are views of its gradient.
    """

    def __init__(
        self,
        network: Network,
        weights: Sequence[nn.Parameter],
        biases: Sequence[nn.Parameter | None],
    ) -> None:
        super().__init__()
        self.network = network
        self.replicates = len(weights[0])
        self.weights = list(weights)
        self.biases = list(biases)
        for at, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            self.register_parameter(f"weight{at}", weight)
            self.register_parameter(f"bias{at}", bias)
        self.norms = nn.ModuleList(
            self._norm(units) for units in network.hidden if network.normalization is not None
        )
        self.activations = nn.ModuleList(self._activation() for _ in network.hidden)
        # Plain functions, because calling a module with its hooks costs more than a small layer.
        self._activations: list[Layer] = [module.forward for module in self.activations]
        self._in_place = in_place_activation(network)
        self.transposed_weights = [weight.detach().mT for weight in self.weights]
        self.other_parameters = _joined(self._all_but_weights())

    def forward(
        self, x: torch.Tensor, masks: Sequence[Drop] | None = None, *, training: bool = False
    ) -> torch.Tensor:
        """Return logits (R, B, outputs).

        Args:
            x: inputs, (R, B, inputs) or (B, inputs).
            masks: dropout of every hidden layer; ``None`` for none.
            training: whether batch normalization uses the statistics of the batch and updates the
                running ones.
        """
        h = self._expanded(x)
        for at, activation in enumerate(self._activations):
            z = self._pre_activation(at, h, training)
            # Only autograd needs the pre-activations again.
            overwrite = self._in_place if not torch.is_grad_enabled() else None
            out = activation(z) if overwrite is None else overwrite(z)
            if self.network.normalization == "batch after":
                out = self._normalized(at, out, training)
            if masks is not None:
                out = masks[at](out)
            h = h + out if self.network.skips[at] else out
        return _linear(h, self.weights[-1], self.biases[-1])

    def signals(
        self, x: torch.Tensor, masks: Sequence[Drop] | None = None, *, training: bool = False
    ) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Return the pre-activations and the outputs of each hidden layer, (R, B, units)."""
        h = self._expanded(x)
        signals = []
        for at, activation in enumerate(self._activations):
            z = self._pre_activation(at, h, training)
            out = activation(z)
            if self.network.normalization == "batch after":
                out = self._normalized(at, out, training)
            if masks is not None:
                out = masks[at](out)
            h = h + out if self.network.skips[at] else out
            signals.append((z, h))
        return signals

    def is_lost(self) -> torch.Tensor:
        """Return which networks have nothing but NaN in their last weights.

        All their outputs are NaN, and training cannot change that.
        """
        return self.transposed_weights[-1].isnan().all(2).all(1)

    def of_rows(self, rows: torch.Tensor) -> StackedNetwork:
        """Return copies of the networks in these rows; only without normalization."""
        assert self.network.normalization is None, "statistics of batches have no replicate axis"
        weights = [nn.Parameter(weight[rows].mT) for weight in self.transposed_weights]
        biases = [
            None if bias is None else nn.Parameter(bias.detach()[rows]) for bias in self.biases
        ]
        copies = StackedNetwork(self.network, weights, biases)
        copies.other_parameters.copy_(self.others_of_rows(self.other_parameters, rows))
        return copies

    def others_of_rows(self, joined: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """Return the numbers of these rows from a tensor like ``other_parameters``."""
        counts = [parameter.numel() for parameter in self._all_but_weights()]
        parts = torch.split(joined, counts)
        of_rows = [part.view(self.replicates, -1)[rows].flatten() for part in parts]
        return torch.cat(of_rows or [joined])

    def _all_but_weights(self) -> list[nn.Parameter]:
        weights = {id(weight) for weight in self.weights}
        return [parameter for parameter in self.parameters() if id(parameter) not in weights]

    def _expanded(self, x: torch.Tensor) -> torch.Tensor:
        return x if x.dim() == 3 else x.expand(self.replicates, *x.shape)

    def _pre_activation(self, layer: int, h: torch.Tensor, training: bool) -> torch.Tensor:
        z = _linear(h, self.weights[layer], self.biases[layer])
        if self.network.normalization == "batch":
            return self._normalized(layer, z, training)
        return z

    def _normalized(self, layer: int, z: torch.Tensor, training: bool) -> torch.Tensor:
        normalized: torch.Tensor = self.norms[layer](z.mT, training=training)
        return normalized.mT

    def _norm(self, units: int) -> BatchNorm:
        weight = self.weights[0]
        return BatchNorm(self.replicates, units).to(weight.device, weight.dtype)

    def _activation(self) -> nn.Module:
        if self.network.activation == "prelu":
            weight = self.weights[0]
            return _PReLU(self.replicates).to(weight.device, weight.dtype)
        return self.network.activation_module()


def _joined(parameters: Sequence[nn.Parameter]) -> torch.Tensor:
    """Join parameters to one tensor, and make them and their gradients views of it and its own."""
    flat = [parameter.detach().reshape(-1) for parameter in parameters]
    joined = torch.cat(flat or [torch.empty(0)])
    joined.grad = torch.zeros_like(joined)
    at = 0
    for parameter in parameters:
        numbers = slice(at, at + parameter.numel())
        parameter.data = joined[numbers].view(parameter.shape)
        parameter.grad = joined.grad[numbers].view(parameter.shape)
        at += parameter.numel()
    return joined


def _linear(h: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """Map h (R, B, fan_in) to (R, B, fan_out), in transposed memory layout."""
    if bias is None:
        return torch.bmm(weight.mT, h.mT).mT
    return torch.baddbmm(bias.mT, weight.mT, h.mT).mT


class _PReLU(nn.Module):
    """``torch.nn.PReLU`` with a slope for each replicate."""

    def __init__(self, replicates: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((replicates, 1, 1), 0.25))

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        return F.relu(h) - self.weight * F.relu(-h)
