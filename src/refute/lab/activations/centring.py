"""Do zero-centred outputs speed up training?  tanh against tanh plus a constant.

tanh(z) + c has the same slope as tanh, and if the next layer's biases cancel c, both networks
compute the same function.  They differ only in the mean of the signals that the next layer learns
from (LeCun et al. 1998, 4.3 and 4.4).  With c = 1 the activation is twice a sigmoid of twice the
input: 2 / (1 + exp(-2 z)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from refute.experiment import Record, Replicates
from refute.lab.activations.stacked_layers import (
    Layers,
    drawn_layers,
    forward,
    total_cross_entropy,
)
from refute.lab.bench.data import DIGITS, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.goals import EVALUATED, Goal
from refute.lab.bench.initializers import GLOROT_NORMAL
from refute.lab.bench.kinds import Count, Natural, Positive
from refute.lab.bench.learning import losses_of
from refute.lab.bench.recording import arrivals, evaluation_steps
from refute.lab.bench.settings import named
from refute.lab.bench.tuning import least_of
from refute.quantity import Quantity

SIZES = (DIGITS.features, 30, 30, DIGITS.classes)
SMALL_RATE, RATES = (0.1,), (0.3, 1.0, 3.0)
"""Learning rates of plain SGD: one for both arms, or several from which each gets its best."""
BATCH, BUDGET = 32, 440
GOAL = Goal(0.3)


@dataclass(frozen=True)
class MovedTanh(TorchExperiment):
    """Train 61-30-30-10 networks on digits with the activation ``tanh(z) + moved_by``.

    Weights start as Glorot's.  Biases start so that they cancel ``moved_by``: initially every
    network computes what it would with tanh.  Plain SGD on minibatches of 32.  Records "arrival",
    the steps to training loss 0.3; the budget is 440 steps.
    """

    moved_by: float = 0.0
    lr: Positive = 0.1
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        moved = f" + {self.moved_by:g}" if self.moved_by else ""
        return f"with tanh{moved}, plain SGD and learning rate {self.lr:g}"

    def measure(self, replicates: Replicates) -> Record:
        samples = DIGITS.draw(replicates)
        layers = self._layers(replicates)
        watched, labels = samples.take(samples.train[:, :EVALUATED])
        batches = minibatches(samples, BATCH, replicates)
        steps, losses, at = evaluation_steps(BUDGET), [], 0
        for until in steps:
            for _ in range(until - at):
                self._step(layers, *next(batches))
            at = until
            losses.append(losses_of(self._logits(layers, watched), labels).cpu().double().numpy())
            if (np.min(losses, axis=0) <= GOAL.value).all():
                break
        curves = np.nan_to_num(np.stack(losses, 1), nan=np.inf, posinf=np.inf)
        crossings = GOAL.crossing.first(steps[: len(losses)], curves)
        return Record({"arrival": arrivals(crossings, BUDGET)})

    def _layers(self, replicates: Replicates) -> Layers:
        fans = pairwise(SIZES)
        layers = drawn_layers(replicates, [(GLOROT_NORMAL, *both) for both in fans])
        for weights, biases in layers[1:]:
            # Cancels the constant that the layer before adds to its outputs.
            with torch.no_grad():
                biases.copy_(-self.moved_by * weights.sum(1, keepdim=True))
        return layers

    def _logits(self, layers: Layers, x: Tensor) -> Tensor:
        return forward(layers, lambda z: torch.tanh(z) + self.moved_by, x)

    def _step(self, layers: Layers, x: Tensor, y: Tensor) -> None:
        parameters = [parameter for layer in layers for parameter in layer]
        with torch.enable_grad():
            loss = total_cross_entropy(self._logits(layers, x), y)
        for parameter, gradient in zip(
            parameters, torch.autograd.grad(loss, parameters), strict=True
        ):
            parameter.add_(gradient, alpha=-self.lr)


def steps_with_tanh(moved_by: float = 0.0, rates: Sequence[float] = RATES) -> Quantity:
    """Steps to training loss 0.3 with ``tanh(z) + moved_by``, at the best of ``rates``."""
    arrivals_at_rates = tuple(
        named(MovedTanh(moved_by, rate), "arrival", f"steps to {GOAL.words}", unit="steps")
        for rate in rates
    )
    return least_of(arrivals_at_rates, "at " + " or ".join(f"{rate:g}" for rate in rates[1:]))
