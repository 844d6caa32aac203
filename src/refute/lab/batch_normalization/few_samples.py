"""Batch normalization of minibatches of few samples: do its outputs still depend on its inputs?"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.random_numbers import SeededNumbers
from refute.plurals import counted

SAME = 1e-6
"""Far above float64's round-off, far below the difference between two random outputs."""


@dataclass(frozen=True)
class FewSamples(Description):
    """Two minibatches of standard normal numbers, normalized with γ = 1 and β = 0.

    Args:
        samples: samples of each minibatch.
        features: units of a dense layer, or channels of a convolutional one.
        side: height and width of the feature maps; ``None`` for a dense layer.
        seed: of the minibatches.
    """

    samples: Count
    features: Count
    side: Count | None
    seed: Natural

    @property
    def said(self) -> str:
        """Its minibatches and the layer in words."""
        if self.side is None:
            return f"{counted(self.samples, 'sample')} of {counted(self.features, 'unit')}"
        maps = f"{counted(self.features, 'channel')} of {self.side} × {self.side}"
        return f"{counted(self.samples, 'sample')} of {maps}"

    def by_torch(self, *, training: bool) -> tuple[Tensor, Tensor]:
        """Outputs of torch's own layer in training or eval mode.

        Raises:
            ValueError: torch refuses a minibatch in training.
        """
        kind = nn.BatchNorm1d if self.side is None else nn.BatchNorm2d
        norm = kind(self.features, dtype=torch.float64).train(training)
        with torch.no_grad():
            first, second = map(norm, self._minibatches())
        return first, second

    def by_formula(self) -> tuple[Tensor, Tensor]:
        """Outputs of the formula (Ioffe and Szegedy 2015, algorithm 1), which refuses nothing."""
        first, second = map(self._normalized, self._minibatches())
        return first, second

    def _normalized(self, x: Tensor) -> Tensor:
        over = [axis for axis in range(x.ndim) if axis != 1]
        mean, variance = x.mean(over, keepdim=True), x.var(over, correction=0, keepdim=True)
        return (x - mean) / (variance + 1e-5).sqrt()

    def _minibatches(self) -> Tensor:
        maps = () if self.side is None else (self.side, self.side)
        return SeededNumbers(self.seed).normal(2, self.samples, self.features, *maps)


def told_apart(outputs: tuple[Tensor, Tensor]) -> bool:
    """Whether the outputs for two minibatches differ."""
    first, second = outputs
    return bool((first - second).abs().max() > SAME)


def dense(samples: int) -> st.SearchStrategy[FewSamples]:
    """Draw minibatches of outputs of dense layers of 1 to 64 units."""
    return st.builds(
        FewSamples, st.just(samples), st.integers(1, 64), st.none(), st.integers(0, 2**32 - 1)
    )


def feature_maps(sides: st.SearchStrategy[int]) -> st.SearchStrategy[FewSamples]:
    """Draw single samples of 1 to 16 square feature maps."""
    return st.builds(FewSamples, st.just(1), st.integers(1, 16), sides, st.integers(0, 2**32 - 1))
