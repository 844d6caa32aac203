"""Many replicates of one network as one module: every parameter has a replicate axis.

Weights have shape (R, fan_in, fan_out), biases (R, 1, fan_out), activations (R, B, units).
Replicate r sees row r of everything and nothing else, and torch's optimizers act on each number
alone, so that training the stack is training R networks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from numpy.typing import NDArray
from torch import nn

from refute.lab.masks import Drop
from refute.lab.networks import Network
from refute.quantity import Replicates

Layer = Callable[[torch.Tensor], torch.Tensor]


def stack(
    network: Network, replicates: Replicates, dtype: torch.dtype = torch.float32
) -> StackedNetwork:
    """The networks of ``replicates``, initialized as ``network.module`` initializes each."""
    drawn = [list(network.draw(replicates, k)) for k in replicates]
    weights, biases = [], []
    for layer in zip(*drawn, strict=True):
        weights.append(_parameter([one for one, _ in layer], replicates.device, dtype))
        rows = [one[None] for _, one in layer if one is not None]
        biases.append(_parameter(rows, replicates.device, dtype) if rows else None)
    return StackedNetwork(network, weights, biases)


def _parameter(
    rows: Sequence[NDArray[np.float32]], device: str, dtype: torch.dtype
) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.stack(rows)).to(device, dtype))


class StackedNetwork(nn.Module):
    """R networks of one architecture.

    ``weights`` and ``biases`` list the parameters by layer (a bias is ``None`` in a network
    without biases).  Calling it maps (R, B, inputs), or (B, inputs) for inputs that all
    replicates share, to logits (R, B, outputs).
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
            self._norm(units) for units in network.hidden if network.normalization == "batch"
        )
        self.activations = nn.ModuleList(self._activation() for _ in network.hidden)
        # Plain functions: a module's call, hooks and all, costs more than a small layer does.
        self._activations: list[Layer] = [module.forward for module in self.activations]

    def forward(
        self, x: torch.Tensor, masks: Sequence[Drop] | None = None, *, training: bool = False
    ) -> torch.Tensor:
        """Logits.

        Dropout happens only with ``masks`` (one per hidden layer); batch normalization uses the
        batch's own statistics, and updates the running ones, only when ``training``.
        """
        h = self._shared(x)
        for at, activation in enumerate(self._activations):
            h = activation(self._pre_activation(at, h, training))
            if masks is not None:
                h = masks[at](h)
        return _linear(h, self.weights[-1], self.biases[-1])

    def signals(
        self, x: torch.Tensor, masks: Sequence[Drop] | None = None, *, training: bool = False
    ) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Per hidden layer what enters the activation and what leaves the layer, (R, B, units)."""
        h = self._shared(x)
        signals = []
        for at, activation in enumerate(self._activations):
            z = self._pre_activation(at, h, training)
            h = activation(z)
            if masks is not None:
                h = masks[at](h)
            signals.append((z, h))
        return signals

    def _shared(self, x: torch.Tensor) -> torch.Tensor:
        return x if x.dim() == 3 else x.expand(self.replicates, *x.shape)

    def _pre_activation(self, layer: int, h: torch.Tensor, training: bool) -> torch.Tensor:
        z = _linear(h, self.weights[layer], self.biases[layer])
        if self.network.normalization is None:
            return z
        norm: _Norm = self.norms[layer]  # type: ignore[assignment]
        return norm(z, training)

    def _norm(self, units: int) -> _Norm:
        weight = self.weights[0]
        return _Norm(self.replicates, units).to(weight.device, weight.dtype)

    def _activation(self) -> nn.Module:
        if self.network.activation == "prelu":
            weight = self.weights[0]
            return _PReLU(self.replicates).to(weight.device, weight.dtype)
        return self.network.activation_module()


def _linear(h: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    return torch.bmm(h, weight) if bias is None else torch.baddbmm(bias, h, weight)


class _Norm(nn.Module):
    """Batch normalization of R layers at once: their R * units features are one layer's."""

    def __init__(self, replicates: int, units: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(replicates * units)

    def __call__(self, h: torch.Tensor, training: bool) -> torch.Tensor:
        """Normalize (R, B, units)."""
        replicates, batch, units = h.shape
        self.norm.training = training
        flat = h.transpose(0, 1).reshape(batch, replicates * units)
        normalized: torch.Tensor = self.norm(flat)
        return normalized.view(batch, replicates, units).transpose(0, 1)


class _PReLU(nn.Module):
    """``torch.nn.PReLU`` with one slope per replicate."""

    def __init__(self, replicates: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((replicates, 1, 1), 0.25))

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        return F.relu(h) - self.weight * F.relu(-h)
