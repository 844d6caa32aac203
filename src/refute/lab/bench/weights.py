"""Counts of the weights of stacked networks by absolute value; biases are left out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.lab.bench.stack.network import StackedNetwork

THRESHOLDS = (0.001, 0.01)
"""Absolute values below which weights are counted."""


def small_weights(net: StackedNetwork) -> dict[str, Sample]:
    """Count the weights of each replicate whose absolute value is below each threshold."""
    return {
        f"weights below {threshold:g}": count_weights(
            net, partial(torch.gt, torch.tensor(threshold))
        )
        for threshold in THRESHOLDS
    }


def count_weights(net: StackedNetwork, which: Callable[[torch.Tensor], torch.Tensor]) -> Sample:
    """Count the weights of each replicate whose absolute value ``which`` accepts."""
    with torch.no_grad():
        each = [which(weight.abs()).sum((1, 2)) for weight in net.weights]
        counts: NDArray[np.int64] = torch.stack(each).sum(0).cpu().numpy()
    return Sample.exactly(counts, per=net.network.weight_count)
