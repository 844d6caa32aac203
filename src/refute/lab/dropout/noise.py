"""Random factors instead of dropped units: activations multiplied by Gaussian noise.

Source: Srivastava et al. 2014, section 10 ("multiplicative Gaussian noise").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import torch

from refute.experiment import Replicates
from refute.lab.bench.goals import Goal
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import experiment_of, named
from refute.lab.bench.stack.masks import Drop
from refute.lab.bench.training import Training
from refute.quantity import Recorded


@dataclass(frozen=True)
class NoisyTraining(Training):
    """A training with Gaussian noise in place of dropout.

    Every hidden activation is multiplied by a normal number with the mean and variance of
    dropout's own factor: 1 and rate / (1 - rate), at the network's dropout rate.
    """

    @property
    def differences(self) -> list[str]:
        """What differs from the lab's usual training, in words."""
        rate = self.network.dropout
        return [
            f"noise of the variance of {words}" if words == f"dropout {rate:g}" else words
            for words in super().differences
        ]

    def masks(self, replicates: Replicates) -> Iterator[Sequence[Drop]]:
        """Yield each step's factors of every hidden layer, in memory that the next step reuses."""
        deviation = sqrt(self.network.dropout / (1 - self.network.dropout))
        generators = [replicates.generator(k, "noise") for k in replicates]
        shapes = [(len(generators), units, self.batch) for units in self.network.hidden]
        drawn = [np.empty(shape, dtype=np.float32) for shape in shapes]
        drops = [Drop(torch.empty(shape, device=replicates.device)) for shape in shapes]
        while True:
            for numbers, drop in zip(drawn, drops, strict=True):
                for own, generator in zip(numbers, generators, strict=True):
                    generator.standard_normal(out=own, dtype=np.float32)
                drop.scale.copy_(torch.from_numpy(numbers)).mul_(deviation).add_(1)
            yield drops


def steps_to_loss_with_noise(loss: float, *, rate: float, **settings: Any) -> Recorded:
    """Minibatches until the training loss reaches ``loss``; the budget is 6600.

    Args:
        loss: the goal, evaluated without noise.
        rate: dropout rate whose variance the noise has.
        settings: fields of :class:`~refute.lab.bench.training.Training`, or of its network.
    """
    settings |= {"dropout": rate, "goal": Goal(loss), "steps": 6600}
    training = experiment_of(NoisyTraining, Network(), settings)
    return named(training, "arrival", f"steps to training loss {loss:g}", unit="steps")
