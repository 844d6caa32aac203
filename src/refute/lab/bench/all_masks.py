"""A small network with dropout under every possible mask: enumerated, not sampled."""

from __future__ import annotations

from itertools import product

import torch
from torch import Tensor

from refute.lab.bench.device import one_thread
from refute.lab.bench.networks import linear_layers
from refute.lab.bench.small_networks import SmallNetwork


def scores_over_masks(small: SmallNetwork) -> tuple[Tensor, Tensor]:
    """Return the logits of the first input under every mask, and each mask's probability.

    Masks are those of inverted dropout: activations that are kept are divided by the keep
    probability.

    Args:
        small: a network with at most about twelve hidden units and no batch normalization.

    Returns:
        Tensors of shape (masks, outputs) and (masks,), in float64.
    """
    network = small.network
    kept = torch.tensor(list(product((0.0, 1.0), repeat=sum(network.hidden))), dtype=torch.float64)
    keep = 1 - network.dropout
    probabilities = (kept * keep + (1 - kept) * network.dropout).prod(1)
    masks = torch.split(kept / keep, list(network.hidden), dim=1)
    linear = linear_layers(small.build(torch.float64))
    activation = network.activation_module()
    with one_thread(), torch.no_grad():
        signal = small.inputs(torch.float64)[:1].expand(len(kept), -1)
        for layer, mask in zip(linear[:-1], masks, strict=True):
            signal = activation(layer(signal)) * mask
        return linear[-1](signal), probabilities
