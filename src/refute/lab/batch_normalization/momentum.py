"""The moving averages of batch normalization after some minibatches: PyTorch's, and Keras's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.lab.batch_normalization.statistics import unlike_units
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural
from refute.plurals import counted

Statistic = Literal["mean", "variance"]

SAME = 1e-9
"""Far above float64's round-off, far below the effect of another momentum."""


@dataclass(frozen=True)
class SeenMinibatches(Description):
    """Minibatches that a batch normalization sees in training.

    Every unit has a mean and a standard deviation of its own; the latter is 0.5 to 2.

    Args:
        units: units of the layer.
        samples: samples of a minibatch.
        count: number of minibatches.
        seed: of all numbers.
    """

    units: Count
    samples: Count
    count: Count
    seed: Natural

    @property
    def said(self) -> str:
        """How many steps of training with how many samples, and the units."""
        seen = f"{counted(self.samples, 'sample')} of {counted(self.units, 'unit')}"
        return f"{counted(self.count, 'step')} with {seen}"

    def in_torch(self, statistic: Statistic, *, momentum: float) -> Tensor:
        """The running mean or variance of torch's layer, (units,)."""
        norm = nn.BatchNorm1d(self.units, momentum=momentum, dtype=torch.float64)
        with torch.no_grad():
            for minibatch in self.minibatches():
                norm(minibatch)
        kept = norm.running_mean if statistic == "mean" else norm.running_var
        assert kept is not None
        return kept

    def in_keras(self, statistic: Statistic, *, momentum: float, unbiased: bool = False) -> Tensor:
        """The moving mean or variance by the rule that Keras documents, (units,).

        ``unbiased`` divides variances by the number of samples minus 1, which Keras does not.
        """
        moving = torch.full((self.units,), 0.0 if statistic == "mean" else 1.0).double()
        for minibatch in self.minibatches():
            mean, variance = minibatch.mean(0), minibatch.var(0, correction=int(unbiased))
            new = mean if statistic == "mean" else variance
            moving = moving * momentum + new * (1 - momentum)
        return moving

    def minibatches(self) -> Tensor:
        """The minibatches, (count, samples, units)."""
        shape = (self.count, self.samples, self.units)
        return unlike_units(self.seed, (self.units,), shape)


def seen_minibatches() -> st.SearchStrategy[SeenMinibatches]:
    """Draw 1 to 10 minibatches of 8 to 64 samples, for layers of 1 to 16 units."""
    return st.builds(
        SeenMinibatches,
        units=st.integers(1, 16),
        samples=st.integers(8, 64),
        count=st.integers(1, 10),
        seed=st.integers(0, 2**32 - 1),
    )


def same_average(left: Tensor, right: Tensor) -> bool:
    """Whether two moving averages are equal up to round-off."""
    return bool((left - right).abs().max() <= SAME)
