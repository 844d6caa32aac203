"""Whether training for Monte Carlo dropout differs from any other: weights after the same steps."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from refute.lab.bench.device import one_thread
from refute.lab.bench.small_networks import SmallNetwork, torch_seeded

STEPS = 5


class MonteCarloDropout(nn.Dropout):
    """A dropout layer that stays on in either mode, the usual way to implement it."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Drop elements of ``inputs``; returns a tensor of the same shape."""
        return functional.dropout(inputs, self.p, training=True)


def trained_weights(
    small: SmallNetwork, kind: Callable[[float], nn.Module], *, further: int = 0
) -> Tensor:
    """All parameters after ``STEPS`` steps of SGD with momentum, as a vector.

    Args:
        small: the network, whose dropout layers are replaced.
        kind: makes a dropout layer from its rate.
        further: added to the seed of the masks.
    """
    layers = (kind(layer.p) if isinstance(layer, nn.Dropout) else layer for layer in small.build())
    network = nn.Sequential(*layers).train()
    inputs, labels = small.inputs(), torch.arange(small.samples) % small.network.outputs
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    with one_thread(), torch_seeded(small.seed + further):
        for _ in range(STEPS):
            optimizer.zero_grad()
            torch.autograd.backward(functional.cross_entropy(network(inputs), labels))
            optimizer.step()
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])
