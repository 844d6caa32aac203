"""Pruning: a share of the weights of every layer set to zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from refute.decision.samples import Sample
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.trained import TrainedStack
from refute.quantity import Replicates


@dataclass(frozen=True)
class Pruning:
    """Zero a share of the weights of every layer: the smallest, or ones drawn at random."""

    which: Literal["smallest", "random"]
    share: float

    @property
    def words(self) -> str:
        return f"{self.which} {self.share:.0%} zeroed"


JUST_OVER_HALF = Pruning("smallest", 0.51)
"""What makes most weights zero, and no more."""

FOUR_OF_FIVE = Pruning("smallest", 0.8)
"""Sparse by any account."""

RANDOM_FOUR_OF_FIVE = Pruning("random", 0.8)

PRUNINGS = (JUST_OVER_HALF, FOUR_OF_FIVE, RANDOM_FOUR_OF_FIVE)


def zero_lowest(weights: torch.Tensor, scores: torch.Tensor, share: float) -> torch.Tensor:
    """Weights (R, fan_in, fan_out) with the ``share`` of lowest scores set to zero.

    As many as ``torch.nn.utils.prune`` zeroes: the nearest whole number, in every replicate.
    """
    flat, count = weights.flatten(1), round(share * weights[0].numel())
    # Twenty times as fast as to sort them.
    order = np.argpartition(scores.flatten(1).cpu().numpy(), count - 1, axis=1)
    lowest = torch.from_numpy(order[:, :count]).to(weights.device)
    return flat.scatter(1, lowest, 0.0).view_as(weights)


def after_pruning(run: TrainedStack, replicates: Replicates) -> dict[str, Sample]:
    """Accuracy and zero weights after each of ``PRUNINGS``, which leaves the networks unpruned."""
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
    """Prune every replicate; the random choice is drawn from ``generator(k, "pruning")``."""
    generators = [replicates.generator(k, "pruning") for k in replicates]
    with torch.no_grad():
        for weight in net.weights:
            if pruning.which == "smallest":
                scores = weight.abs()
            else:
                drawn = np.stack([generator.random(weight.shape[1:]) for generator in generators])
                scores = torch.from_numpy(drawn).to(weight.device)
            weight.copy_(zero_lowest(weight, scores, pruning.share))
