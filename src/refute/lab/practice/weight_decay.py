"""Weight decay and an l2 penalty: do they take the same steps?

Weight decay multiplies the weights by 1 − rate · strength at every step, beside the step that the
loss asks for (Hanson and Pratt 1988).  A penalty of half the strength times the squared weights is
added to the loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from hypothesis import strategies as st
from torch import Tensor

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, NonNegative, Positive
from refute.lab.bench.random_numbers import SeededNumbers
from refute.plurals import counted

Kind = Literal["plain SGD", "SGD with momentum", "Adam"]

SAMPLES, STEPS = 16, 10

SAME = 1e-9
"""Far above float64's round-off, far below the effect of any strength that is drawn."""


@dataclass(frozen=True)
class Regression(Description):
    """Linear regression by full-batch gradient descent, from standard normal weights.

    Args:
        features: number of weights.
        rate: learning rate.
        strength: of weight decay or penalty.
        seed: of inputs, targets and initial weights, all standard normal.
    """

    features: Count
    rate: Positive
    strength: NonNegative
    seed: Natural

    @property
    def said(self) -> str:
        """The regression in words."""
        return (
            f"{counted(self.features, 'weight')}, learning rate {self.rate:.3g}, "
            f"strength {self.strength:.3g}"
        )

    def penalised(self, kind: Kind, *, times: float = 1.0) -> Tensor:
        """Weights after each step on the penalised loss, (STEPS, features)."""
        return self._path(kind, penalty=times * self.strength)

    def decayed(self, kind: Kind) -> Tensor:
        """Weights after each step with weight decay, (STEPS, features)."""
        return self._path(kind, kept=1 - self.rate * self.strength)

    def _path(self, kind: Kind, *, penalty: float = 0.0, kept: float = 1.0) -> Tensor:
        x, y, weights = self._drawn()
        weights.requires_grad_()
        optimizer = self._optimizer(kind, weights)
        path = []
        for _ in range(STEPS):
            loss = (x @ weights - y).square().mean() / 2 + penalty / 2 * weights.square().sum()
            (weights.grad,) = torch.autograd.grad(loss, weights)
            with torch.no_grad():
                weights.mul_(kept)
            optimizer.step()
            path.append(weights.detach().clone())
        return torch.stack(path)

    def _optimizer(self, kind: Kind, weights: Tensor) -> torch.optim.Optimizer:
        if kind == "Adam":
            return torch.optim.Adam([weights], lr=self.rate)
        momentum = 0.9 if kind == "SGD with momentum" else 0.0
        return torch.optim.SGD([weights], lr=self.rate, momentum=momentum)

    def _drawn(self) -> tuple[Tensor, Tensor, Tensor]:
        draw = SeededNumbers(self.seed).normal
        return draw(SAMPLES, self.features), draw(SAMPLES), draw(self.features)


def regressions() -> st.SearchStrategy[Regression]:
    """Draw 1 to 8 weights, learning rates from 0.001 to 0.1 and strengths from 0.001 to 1."""
    return st.builds(
        Regression,
        features=st.integers(1, 8),
        rate=st.floats(1e-3, 0.1),
        strength=st.floats(1e-3, 1.0),
        seed=st.integers(0, 2**32 - 1),
    )


def same_path(left: Tensor, right: Tensor) -> bool:
    """Whether two paths are equal up to round-off."""
    return bool((left - right).abs().max() <= SAME)
