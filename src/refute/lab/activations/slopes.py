"""The slope of a network's activation at what enters it."""

from __future__ import annotations

import torch
from torch import Tensor

from refute.lab.bench.networks import Network


def slopes(network: Network, into: Tensor) -> Tensor:
    """The activation's derivative at each of ``into``, as back-propagation computes it."""
    module = network.activation_module()
    with torch.enable_grad():
        leaf = into.detach().clone().requires_grad_()
        (gradient,) = torch.autograd.grad(module(leaf).sum(), leaf)
    found: Tensor = gradient
    return found
