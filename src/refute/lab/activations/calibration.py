"""Does a sigmoid output estimate a probability?  Fits to labels of known probability."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.settings import named
from refute.quantity import Recorded

Loss = Literal["log loss", "squared hinge loss"]
FEATURES, SAMPLES = 5, 5000


@dataclass(frozen=True)
class SigmoidFit(TorchExperiment):
    """Fit a linear layer with a sigmoid to labels drawn from known probabilities.

    The model is well specified: each label is 1 with probability sigmoid(w·x), where w and the 5
    features of x are standard normal.  L-BFGS minimises ``loss`` over 5,000 samples.

    Records "slope": the least-squares slope of the true log-odds against the fitted ones.  It is
    1 for a calibrated model, above 1 for an underconfident and below 1 for an overconfident one
    (Cox 1958, who regresses labels; the true log-odds add no sampling noise).
    """

    loss: Loss = "log loss"
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        return f"of a sigmoid fitted by {self.loss}"

    def measure(self, replicates: Replicates) -> Record:
        slopes = [self._slope(replicates, k) for k in replicates]
        return Record({"slope": Sample.exactly(np.array(slopes))})

    def _slope(self, replicates: Replicates, replicate: int) -> float:
        generator = replicates.generator(replicate, "data")
        features = torch.from_numpy(generator.standard_normal((SAMPLES, FEATURES)))
        log_odds = features @ torch.from_numpy(generator.standard_normal(FEATURES))
        uniform = torch.from_numpy(generator.random(SAMPLES))
        labels = (uniform < torch.sigmoid(log_odds)).double()
        with torch.enable_grad():
            fitted = _fit(_LOSSES[self.loss], features, labels)
        estimated = torch.logit(nn.Sigmoid()(fitted))
        centred = estimated - estimated.mean()
        return float((centred * log_odds).sum() / (centred * centred).sum())


def calibration_slope(loss: Loss) -> Recorded:
    """Slope of the true log-odds against the log-odds that a sigmoid output estimates."""
    return named(SigmoidFit(loss), "slope", "calibration slope")


def _log_loss(scores: Tensor, labels: Tensor) -> Tensor:
    return functional.binary_cross_entropy(nn.Sigmoid()(scores), labels)


def _squared_hinge_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """A margin loss: its minimiser is not a probability."""
    return torch.relu(1 - (2 * labels - 1) * scores).square().mean()


_LOSSES: dict[Loss, Callable[[Tensor, Tensor], Tensor]] = {
    "log loss": _log_loss,
    "squared hinge loss": _squared_hinge_loss,
}


def _fit(loss: Callable[[Tensor, Tensor], Tensor], features: Tensor, labels: Tensor) -> Tensor:
    """Scores of the linear model that minimises ``loss``, shape (samples,)."""
    weights = torch.zeros(FEATURES, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=50, line_search_fn="strong_wolfe")

    def evaluate() -> float:
        optimizer.zero_grad()
        value = loss(features @ weights + bias, labels)
        torch.autograd.backward(value)
        return float(value.detach())

    optimizer.step(evaluate)  # type: ignore[no-untyped-call]
    return (features @ weights + bias).detach()
