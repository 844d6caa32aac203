"""The slope of a network's activation at given pre-activations."""

from __future__ import annotations

import torch
from torch import Tensor

from refute.lab.bench.networks import Network


def slopes(network: Network, z: Tensor) -> Tensor:
    """The activation's derivative at each pre-activation ``z``, by backpropagation."""
    module = network.activation_module()
    with torch.enable_grad():
        leaf = z.detach().clone().requires_grad_()
        derivatives: tuple[Tensor, ...] = torch.autograd.grad(module(leaf).sum(), leaf)
    return derivatives[0]
