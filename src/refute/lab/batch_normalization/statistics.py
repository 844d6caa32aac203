"""torch's batch normalization: which statistics it uses, and what its outputs are.

All in float64, so that a difference is not round-off.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, Share
from refute.lab.bench.random_numbers import SeededNumbers
from refute.plurals import counted

SAME = 1e-6
"""Far above float64's round-off, far below the difference between two sets of statistics."""

MINIBATCHES = 20
"""Minibatches that the layer sees in training."""


@dataclass(frozen=True)
class TrainedNorm(Description):
    """A batch normalization that has seen some minibatches, and two further ones.

    Every minibatch is normal with a mean and a standard deviation of its own for each unit; the
    standard deviations are 0.5 to 2.

    Args:
        units: units of the layer.
        samples: samples of a minibatch.
        momentum: weight of a new minibatch in the moving averages, as torch has it.
        seed: of the minibatches and of γ and β.
    """

    units: Count
    samples: Count
    momentum: Share
    seed: Natural

    @property
    def said(self) -> str:
        return f"a layer of {counted(self.units, 'unit')}, {self.samples} samples"

    def outputs(self, *, training: bool) -> Tensor:
        """Outputs for a further minibatch in training or eval mode, (samples, units)."""
        with torch.no_grad():
            output: Tensor = self._trained().train(training)(self._minibatches()[-1])
        return output

    def by_moving_averages(self) -> Tensor:
        """The same minibatch, normalized by moving averages that are computed here."""
        *seen, last = self._minibatches()
        mean, variance = torch.zeros_like(last[0]), torch.ones_like(last[0])
        keep = 1 - self.momentum
        for minibatch in seen:
            mean = keep * mean + self.momentum * minibatch.mean(0)
            variance = keep * variance + self.momentum * minibatch.var(0)
        return self._scaled((last - mean) / variance.sqrt())

    def mean_and_deviation(self, output: Tensor) -> tuple[Tensor, Tensor]:
        """Mean minus β and standard deviation over |γ| of every unit's outputs; (units,) each."""
        gamma, beta = self._gamma_and_beta()
        return output.mean(0) - beta, output.std(0, correction=0) / gamma.abs()

    def _trained(self) -> nn.BatchNorm1d:
        # The constant under the root is negligible, so that deviations are exact.
        norm = nn.BatchNorm1d(self.units, 1e-12, self.momentum, dtype=torch.float64)
        gamma, beta = self._gamma_and_beta()
        with torch.no_grad():
            norm.weight.copy_(gamma)
            norm.bias.copy_(beta)
            for minibatch in self._minibatches()[:-1]:
                norm(minibatch)
        return norm

    def _scaled(self, normalized: Tensor) -> Tensor:
        gamma, beta = self._gamma_and_beta()
        return gamma * normalized + beta

    def _gamma_and_beta(self) -> tuple[Tensor, Tensor]:
        draw = SeededNumbers(self.seed + 1).uniform(2, self.units)
        return 0.5 + draw[0], 2 * draw[1] - 1

    def _minibatches(self) -> list[Tensor]:
        count = MINIBATCHES + 1
        shape = (count, self.samples, self.units)
        return list(unlike_units(self.seed, (count, 1, self.units), shape))


def unlike_units(seed: int, own: tuple[int, ...], shape: tuple[int, ...]) -> Tensor:
    """Draw normal numbers of some shape whose means and standard deviations differ by unit.

    Means are standard normal and deviations 0.5 to 2, both of the shape ``own``.
    """
    numbers = SeededNumbers(seed)
    means, deviations = numbers.normal(*own), 0.5 * 4 ** numbers.uniform(*own)
    return means + deviations * numbers.normal(*shape)


def trained_norms() -> st.SearchStrategy[TrainedNorm]:
    """Draw layers of 1 to 16 units, minibatches of 8 to 64 and momentum from 0.01 to 0.5."""
    return st.builds(
        TrainedNorm,
        units=st.integers(1, 16),
        samples=st.integers(8, 64),
        momentum=st.floats(0.01, 0.5),
        seed=st.integers(0, 2**31),
    )


def uses_moving_averages(norm: TrainedNorm, *, training: bool) -> bool:
    """Whether the outputs are those of a normalization by the moving averages."""
    output = norm.outputs(training=training)
    return bool((output - norm.by_moving_averages()).abs().max() <= SAME)


def has_mean_beta_and_deviation_gamma(norm: TrainedNorm, *, training: bool) -> bool:
    """Whether every unit's outputs have mean β and standard deviation γ over the minibatch."""
    output = norm.outputs(training=training)
    off, ratio = norm.mean_and_deviation(output)
    return bool(off.abs().max() <= SAME and (ratio - 1).abs().max() <= SAME)
