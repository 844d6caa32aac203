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


def small_weights(net: StackedNetwork) -> dict[str, Sample]:
    """How many weights of each replicate lie below a threshold, in absolute value."""
    return {
        f"weights below {threshold:g}": count_weights(
            net, partial(torch.gt, torch.tensor(threshold))
        )
        for threshold in THRESHOLDS
    }


def count_weights(net: StackedNetwork, which: Callable[[torch.Tensor], torch.Tensor]) -> Sample:
    """Weights of each replicate whose absolute values ``which`` accepts, of all weights."""
    with torch.no_grad():
        each = [which(weight.abs()).sum((1, 2)) for weight in net.weights]
        counts: NDArray[np.int64] = torch.stack(each).sum(0).cpu().numpy()
    return Sample.exactly(counts, per=net.network.weight_count)
