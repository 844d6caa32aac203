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
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor, nn

from refute.experiment import Record, Replicates
from refute.lab.bench.data import DIGITS, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.goals import EVALUATED, Goal
from refute.lab.bench.initializers import GLOROT_NORMAL
from refute.lab.bench.kinds import Count, Natural, Positive
from refute.lab.bench.recording import arrivals, evaluation_steps
from refute.lab.bench.settings import named
from refute.lab.bench.tuning import Least
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
        weights, biases = self._parameters(replicates)
        watched, labels = samples.take(samples.train[:, :EVALUATED])
        batches = minibatches(samples, BATCH, replicates)
        steps, losses, at = evaluation_steps(BUDGET), [], 0
        for until in steps:
            for _ in range(until - at):
                self._step(weights, biases, *next(batches))
            at = until
            loss = F.cross_entropy(
                self._logits(weights, biases, watched).mT, labels, reduction="none"
            )
            losses.append(loss.mean(1).cpu().double().numpy())
            if (np.min(losses, axis=0) <= GOAL.value).all():
                break
        curves = np.nan_to_num(np.stack(losses, 1), nan=np.inf, posinf=np.inf)
        crossings = GOAL.crossing.first(steps[: len(losses)], curves)
        return Record({"arrival": arrivals(crossings, BUDGET)})

    def _parameters(self, replicates: Replicates) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
        """Weights (R, fan_in, fan_out) and biases (R, 1, fan_out) of each layer."""
        generators = [replicates.generator(k, "weights") for k in replicates]
        weights, biases = [], []
        for layer, (fan_in, fan_out) in enumerate(pairwise(SIZES)):
            drawn = [
                torch.from_numpy(GLOROT_NORMAL.draw(own, fan_in, fan_out)) for own in generators
            ]
            weight = torch.stack(drawn).to(replicates.device)
            # Cancels the constant that the layer before adds to its outputs.
            moved_by = self.moved_by if layer else 0.0
            weights.append(nn.Parameter(weight))
            biases.append(nn.Parameter(-moved_by * weight.sum(1, keepdim=True)))
        return weights, biases

    def _logits(self, weights: list[nn.Parameter], biases: list[nn.Parameter], x: Tensor) -> Tensor:
        h = x
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            h = torch.tanh(torch.baddbmm(bias, h, weight)) + self.moved_by
        return torch.baddbmm(biases[-1], h, weights[-1])

    def _step(
        self, weights: list[nn.Parameter], biases: list[nn.Parameter], x: Tensor, y: Tensor
    ) -> None:
        parameters = [*weights, *biases]
        with torch.enable_grad():
            logits = self._logits(weights, biases, x)
            # Summing the replicates' mean losses gives each replicate its own gradients.
            loss = F.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="sum") / BATCH
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
    if len(arrivals_at_rates) == 1:
        return arrivals_at_rates[0]
    return Least(arrivals_at_rates, "at " + " or ".join(f"{rate:g}" for rate in rates[1:]))
