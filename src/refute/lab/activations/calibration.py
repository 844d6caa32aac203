"""Does a sigmoid output estimate a probability?  Fit it where the probability is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from refute.decision.samples import Sample
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.settings import named
from refute.quantity import Record, Recorded, Replicates

Loss = Literal["log loss", "squared hinge loss"]
FEATURES, SAMPLES = 5, 5000


@dataclass(frozen=True)
class SigmoidFit(TorchExperiment):
    """A linear layer with a sigmoid, fitted to labels drawn from known probabilities.

    The truth is in the model's class: each label is 1 with the probability that a sigmoid gives
    to a linear function of 5 standard normal features, whose coefficients are drawn as well.
    ``loss`` is what the fit minimises over 5,000 labelled samples, with L-BFGS.

    Records ``slope``: the least-squares slope of the true log-odds against those of the fitted
    probabilities (1 is calibrated, more is timid, less is overconfident; Cox 1958, though with
    the truth itself in place of labels, so that no further noise comes in).
    """

    loss: Loss = "log loss"
    chunk: int = 8
    stream: int = 0

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
    """The slope of the true log-odds on those that a sigmoid output estimates."""
    return named(SigmoidFit(loss), "slope", "calibration slope")


def _log_loss(scores: Tensor, labels: Tensor) -> Tensor:
    return functional.binary_cross_entropy(nn.Sigmoid()(scores), labels)


def _squared_hinge_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Asks only for the right side of a margin; it is minimised by no probability."""
    return torch.relu(1 - (2 * labels - 1) * scores).square().mean()


_LOSSES: dict[Loss, Callable[[Tensor, Tensor], Tensor]] = {
    "log loss": _log_loss,
    "squared hinge loss": _squared_hinge_loss,
}


def _fit(loss: Callable[[Tensor, Tensor], Tensor], features: Tensor, labels: Tensor) -> Tensor:
    """The scores, shape (samples,), of the linear model of least loss."""
    weights = torch.zeros(FEATURES, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=50, line_search_fn="strong_wolfe")

    def again() -> float:
        optimizer.zero_grad()
        value = loss(features @ weights + bias, labels)
        torch.autograd.backward(value)
        return float(value.detach())

    optimizer.step(again)  # type: ignore[no-untyped-call]
    return (features @ weights + bias).detach()
