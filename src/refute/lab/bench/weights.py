"""Counts of the weights of stacked networks by their size; biases are left out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.lab.bench.stack.network import StackedNetwork

THRESHOLDS = (0.001, 0.01)
"""Sizes below which weights are counted."""

TINY = 0.05
"""A weight is tiny below this share of the standard deviation of its layer's weights."""


def small_weights(net: StackedNetwork) -> dict[str, Sample]:
    """How many weights of each replicate lie below a threshold, in absolute value."""
    counted = {
        f"weights below {threshold:g}": count_weights(
            net, partial(torch.gt, torch.tensor(threshold))
        )
        for threshold in THRESHOLDS
    }
    return {**counted, "tiny weights": _tiny_weights(net)}


def count_weights(net: StackedNetwork, which: Callable[[torch.Tensor], torch.Tensor]) -> Sample:
    """Weights of each replicate whose absolute values ``which`` accepts, of all weights."""
    with torch.no_grad():
        return _sum([which(weight.abs()) for weight in net.weights], net)


def _tiny_weights(net: StackedNetwork) -> Sample:
    with torch.no_grad():
        spreads = [weight.std(dim=(1, 2), keepdim=True) for weight in net.weights]
        below = [w.abs() < TINY * spread for w, spread in zip(net.weights, spreads, strict=True)]
        return _sum(below, net)


def _sum(layers: list[torch.Tensor], net: StackedNetwork) -> Sample:
    counts: NDArray[np.int64] = (
        torch.stack([layer.sum((1, 2)) for layer in layers]).sum(0).cpu().numpy()
    )
    return Sample.exactly(counts, per=net.network.weight_count)
