"""Replicates that train side by side: the networks, their data and their curves."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.experiment import Series
from refute.lab.bench.data import Samples
from refute.lab.bench.goals import EVALUATED, Goal
from refute.lab.bench.learning import is_correct
from refute.lab.bench.recording import Curves, arrivals, evaluation_steps
from refute.lab.bench.stack.evaluation import Evaluation
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.weights import count_weights


class TrainedStack:
    """Replicates during or after training: the networks, their data and their curves.

    Attributes:
        steps: the steps at which a run is evaluated.
        losses: training losses, (R, evaluations so far).
        errors: test error rates, (R, evaluations so far): at every evaluation if the goal is a test
            accuracy, at none if it is a loss, and without a goal at every fourth and the last, or
            at none if there is to be no curve of the accuracy.
    """

    def __init__(
        self,
        net: StackedNetwork,
        samples: Samples,
        goal: Goal | None,
        budget: int,
        *,
        accuracy_curve: bool = True,
    ) -> None:
        self._accuracy_curve = accuracy_curve
        self.net, self.samples, self.goal, self.budget = net, samples, goal, budget
        self.steps = evaluation_steps(budget)
        train, self._train_labels = samples.take(samples.train[:, :EVALUATED])
        test, self._test_labels = samples.take(samples.test)
        self._train_logits, self._test_logits = Evaluation(net, train), Evaluation(net, test)
        self._losses: list[NDArray[np.float64]] = []
        self._errors: list[NDArray[np.float64]] = []
        self._error_at: list[int] = []

    @property
    def losses(self) -> Curves:
        return np.stack(self._losses, axis=1)

    @property
    def errors(self) -> Curves:
        return np.stack(self._errors, axis=1)

    def evaluate(self) -> None:
        """Add the next point to the curves."""
        at = len(self._losses)
        self._losses.append(self.loss())
        if self._is_tested(at):
            self._error_at.append(at)
            self._errors.append(1 - self.correct() / self.samples.test.shape[1])

    def _is_tested(self, at: int) -> bool:
        """Whether the test accuracy is part of evaluation ``at``."""
        if self.goal is not None:
            return self.goal.of == "test accuracy"
        return self._accuracy_curve and (at % 4 == 0 or at == len(self.steps) - 1)

    def loss(self) -> NDArray[np.float64]:
        """Return each replicate's current training loss, (R,), in eval mode."""
        each = F.cross_entropy(self._train_logits(), self._train_labels, reduction="none")
        losses: NDArray[np.float64] = each.mean(1).cpu().double().numpy()
        return losses

    def correct(self) -> NDArray[np.int64]:
        """Count the test samples, (R,), that each replicate classifies correctly."""
        correct = is_correct(self._test_logits(), self._test_labels, dim=1)
        counts: NDArray[np.int64] = correct.sum(1).cpu().numpy()
        return counts

    def arrived(self) -> bool:
        """Whether every replicate has reached the goal, or is lost to NaN and never will."""
        if self.goal is None:
            return False
        reached = (self._curves(self.goal) <= self.goal.crossing.level).any(axis=1)
        return bool((reached | self.net.is_lost().cpu().numpy()).all())

    def arrival(self, staying: bool = False, goal: Goal | None = None) -> Sample:
        """Return the steps to the run's goal, or to an easier goal of the same kind."""
        goal = goal or self.goal
        assert goal is not None, "a run without a goal arrives nowhere"
        curves = self._curves(goal)
        crossing = goal.crossing.last if staying else goal.crossing.first
        return arrivals(crossing(self.steps[: curves.shape[1]], curves), self.budget)

    def _curves(self, goal: Goal) -> Curves:
        return self.losses if goal.of == "training loss" else self.errors

    def accuracy_and_zeros(self, suffix: str = "") -> dict[str, Sample]:
        """Count correct test samples and zero weights; ``suffix`` is added to the names."""
        return {
            f"test accuracy{suffix}": Sample.exactly(self.correct(), self.samples.test.shape[1]),
            f"zero weights{suffix}": count_weights(self.net, _zero),
        }

    def series(self) -> tuple[Series, ...]:
        return self.loss_series(), self._accuracy_series(), self._weight_series()

    def loss_series(self) -> Series:
        losses = np.full((self.net.replicates, len(self.steps)), np.nan)
        losses[:, : len(self._losses)] = self.losses
        x = self.steps.astype(np.float64)
        return Series("training loss", "curve", "steps", "cross-entropy", x, losses, log_y=True)

    def _accuracy_series(self) -> Series:
        x = self.steps[self._error_at].astype(np.float64)
        return Series("test accuracy", "curve", "steps", "accuracy", x, 1 - self.errors)

    def _weight_series(self) -> Series:
        bins, span = 101, (-0.5, 0.5)  # an odd number of bins, so that one is centred at 0
        with torch.no_grad():
            flat = torch.cat([weight.flatten(1) for weight in self.net.weights], 1).cpu().numpy()
        # Weights beyond count in the outermost bins.  Given edges, numpy would sort the weights; in
        # single precision, it would round the edges.
        inside = np.clip(flat, *span).astype(np.float64)
        shares = np.stack([np.histogram(row, bins, span)[0] / row.size for row in inside])
        edges = np.linspace(*span, bins + 1)
        x = (edges[:-1] + edges[1:]) / 2
        return Series("weights", "histogram", "weight", "share of weights", x, shares)


def _zero(size: torch.Tensor) -> torch.Tensor:
    return size == 0
