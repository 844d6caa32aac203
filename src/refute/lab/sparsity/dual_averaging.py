"""Solvers that sum gradients and threshold the sum, and how many weights they leave at zero."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor

from refute.experiment import Record, Replicates
from refute.lab.bench.data import DIGITS, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, Natural, NonNegative
from refute.lab.bench.learning import is_correct, learned, partly_known
from refute.lab.bench.settings import named
from refute.quantity import Recorded

Kind = Literal["FTRL", "RDA", "SGD"]

BATCH, STEPS = 32, 440


class Ftrl:
    """FTRL-Proximal per coordinate: algorithm 1 of McMahan et al. (2013) without an l2 term.

    The algorithm compares its l1 term with the sum of the gradients, so ``strength``, which is
    relative to their average, is multiplied by the number of steps.
    """

    def __init__(self, shape: tuple[int, ...], strength: float) -> None:
        self._sum, self._squares = torch.zeros(shape), torch.zeros(shape)
        self._weights, self._l1 = torch.zeros(shape), strength * STEPS
        self._alpha, self._beta = 0.1, 1.0

    def __call__(self, gradient: Tensor) -> Tensor:
        squares = self._squares + gradient**2
        pace = (squares.sqrt() - self._squares.sqrt()) / self._alpha
        self._sum += gradient - pace * self._weights
        self._squares = squares
        scale = (self._beta + squares.sqrt()) / self._alpha
        self._weights = -F.softshrink(self._sum, self._l1) / scale
        return self._weights


class Rda:
    """Regularized dual averaging with an l1 penalty (Xiao 2010), gamma = 5."""

    def __init__(self, shape: tuple[int, ...], strength: float) -> None:
        self._sum, self._steps, self._strength = torch.zeros(shape), 0, strength

    def __call__(self, gradient: Tensor) -> Tensor:
        self._sum += gradient
        self._steps += 1
        average = self._sum / self._steps
        return -sqrt(self._steps) / 5 * F.softshrink(average, self._strength)


class PenalisedSgd:
    """Plain SGD at learning rate 0.1 on the loss plus the l1 penalty."""

    def __init__(self, shape: tuple[int, ...], strength: float) -> None:
        self._weights, self._strength = torch.zeros(shape), strength

    def __call__(self, gradient: Tensor) -> Tensor:
        self._weights = self._weights - 0.1 * (gradient + self._strength * self._weights.sign())
        return self._weights


SOLVERS: dict[Kind, type[Ftrl] | type[Rda] | type[PenalisedSgd]] = {
    "FTRL": Ftrl,
    "RDA": Rda,
    "SGD": PenalisedSgd,
}


@dataclass(frozen=True)
class SoftmaxRegression(TorchExperiment):
    """Softmax regression on digits for ten epochs, by a solver with an l1 penalty on the weights.

    Weights start at zero.  Records "zero weights", unknown for a model that did not learn.  Weights
    of pixels that are constant over a replicate's training images never get a gradient and are not
    counted as zero.

    Args:
        solver: a key of ``SOLVERS``.
        strength: of the penalty, relative to the average loss.
        chunk: replicates trained at a time.
        stream: which independent set of replicates.
    """

    solver: Kind
    strength: NonNegative
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        return f"by {self.solver} with l1 penalty {self.strength:g}"

    def measure(self, replicates: Replicates) -> Record:
        samples = DIGITS.draw(replicates)
        shape = (replicates.count, DIGITS.features, DIGITS.classes)
        solver, weights = SOLVERS[self.solver](shape, self.strength), torch.zeros(shape)
        batches = minibatches(samples, BATCH, replicates)
        for _ in range(STEPS):
            x, y = next(batches)
            error = torch.bmm(x, weights).softmax(-1) - F.one_hot(y, shape[-1])
            weights = solver(torch.bmm(x.mT, error) / BATCH)
        inputs, labels = samples.take(samples.test)
        correct = is_correct(torch.bmm(inputs, weights), labels).sum(1).numpy()
        images, _ = samples.take(samples.train)
        varying = (images.amax(1) > images.amin(1))[..., None]
        zeros = ((weights == 0) & varying).sum((1, 2)).numpy()
        count = shape[1] * shape[2]
        known = learned(correct, labels.shape[1])
        return Record({"zero weights": partly_known(known, zeros, (0, count), per=count)})


def zeros_by(solver: Kind, *, strength: float) -> Recorded:
    """Share of zero weights in a softmax regression that ``solver`` fits to digits."""
    return named(SoftmaxRegression(solver, strength), "zero weights", "share of zero weights")
