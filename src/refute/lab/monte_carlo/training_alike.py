"""Is training for Monte Carlo dropout any other training?  The same steps, weight by weight."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from refute.lab.bench.device import one_thread
from refute.lab.bench.small_networks import SmallNetwork, torch_seeded

STEPS = 5


class MonteCarloDropout(nn.Dropout):
    """Dropout that stays on in either mode, as a layer of its own: the usual way to have it."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Of the shape of ``inputs``."""
        return functional.dropout(inputs, self.p, training=True)


def trained_weights(
    small: SmallNetwork, kind: Callable[[float], nn.Module], *, further: int = 0
) -> Tensor:
    """All parameters after some steps of SGD with momentum, as one vector.

    Args:
        small: the network; its dropout layers are replaced by those of ``kind``.
        kind: makes a layer from its rate.
        further: added to the seed of the masks.
    """
    layers = (kind(layer.p) if isinstance(layer, nn.Dropout) else layer for layer in small.build())
    network = nn.Sequential(*layers).train()
    inputs, labels = small.inputs(), torch.arange(small.samples) % small.network.outputs
    descent = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    with one_thread(), torch_seeded(small.seed + further):
        for _ in range(STEPS):
            descent.zero_grad()
            torch.autograd.backward(functional.cross_entropy(network(inputs), labels))
            descent.step()
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])
