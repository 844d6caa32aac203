"""Pruning: setting a share of every layer's weights to zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from refute.decision.samples import Sample
from refute.experiment import Replicates
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Share
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.trained import TrainedStack


@dataclass(frozen=True)
class Pruning(Description):
    """Set a share of every layer's weights to zero: the smallest, or randomly chosen ones."""

    which: Literal["smallest", "random"]
    share: Share

    @property
    def words(self) -> str:
        return f"{self.which} {self.share:.0%} zeroed"


JUST_OVER_HALF = Pruning("smallest", 0.51)
"""Just enough to make most weights zero."""

FOUR_OF_FIVE = Pruning("smallest", 0.8)
"""Sparse by any definition."""

RANDOM_FOUR_OF_FIVE = Pruning("random", 0.8)

PRUNINGS = (JUST_OVER_HALF, FOUR_OF_FIVE, RANDOM_FOUR_OF_FIVE)


def zero_lowest(weights: torch.Tensor, scores: torch.Tensor, share: float) -> torch.Tensor:
    """Return weights (R, fan_in, fan_out) with the lowest-scored ``share`` set to zero.

    In every replicate the share is rounded to whole weights, as in ``torch.nn.utils.prune``.
    """
    flat, count = weights.flatten(1), round(share * weights[0].numel())
    # Twenty times as fast as sorting.
    order = np.argpartition(scores.flatten(1).cpu().numpy(), count - 1, axis=1)
    lowest = torch.from_numpy(order[:, :count]).to(weights.device)
    return flat.scatter(1, lowest, 0.0).view_as(weights)


def after_pruning(run: TrainedStack, replicates: Replicates) -> dict[str, Sample]:
    """Measure accuracy and zero weights after each of ``PRUNINGS``, then restore the weights."""
    trained = [weight.detach().clone() for weight in run.net.weights]
    samples: dict[str, Sample] = {}
    for pruning in PRUNINGS:
        prune(run.net, pruning, replicates)
        samples |= run.accuracy_and_zeros(f", {pruning.words}")
        with torch.no_grad():
            for weight, before in zip(run.net.weights, trained, strict=True):
                weight.copy_(before)
    return samples


def prune(net: StackedNetwork, pruning: Pruning, replicates: Replicates) -> None:
    """Prune every replicate; random choices come from ``generator(k, "pruning")``."""
    generators = [replicates.generator(k, "pruning") for k in replicates]
    with torch.no_grad():
        for weight in net.weights:
            if pruning.which == "smallest":
                scores = weight.abs()
            else:
                drawn = np.stack([generator.random(weight.shape[1:]) for generator in generators])
                scores = torch.from_numpy(drawn).to(weight.device)
            weight.copy_(zero_lowest(weight, scores, pruning.share))
