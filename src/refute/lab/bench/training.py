"""Training stacked replicates, and what a run records.

A :class:`Training` is an experiment: a network, data, an optimizer and a budget.  One call
trains a chunk of replicates at once; replicate ``k`` has its own weights, split, order of
minibatches and dropout masks, the same whatever the chunk or the number of workers, so that two
trainings that differ in one setting are paired.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.lab.bench.data import Data, Digits, Samples, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Optimizer, is_plain
from refute.lab.bench.recording import (
    Crossing,
    Curves,
    arrivals,
    evaluation_steps,
    finite_or_beyond,
    largest_finite,
    rise_after_minimum,
)
from refute.lab.bench.stack.evaluation import Evaluation
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import StackedNetwork, stack
from refute.lab.bench.stack.stepping import Penalty, Stepper
from refute.quantity import Record, Replicates, Series

USUAL_NETWORK, USUAL_DATA, USUAL_OPTIMIZER = Network(), Digits(), SGD()

EVALUATED = 200
"""Training samples on which the training loss is evaluated, the same at every evaluation."""

USUAL_STEPS = 660
"""The usual budget: 15 epochs of 44 minibatches."""

THRESHOLDS = (0.001, 0.01)
"""Sizes below which weights are counted, besides the exact zeros."""


@dataclass(frozen=True)
class Goal:
    """Something a run may arrive at, and stop.

    ``of`` "training loss": in eval mode, on ``EVALUATED`` training samples, at most ``value``.
    ``of`` "test accuracy": the share of test samples classified right, at least ``value``.
    """

    value: float
    of: Literal["training loss", "test accuracy"] = "training loss"

    @property
    def words(self) -> str:
        return f"{self.of} {self.value:g}"

    @property
    def crossing(self) -> Crossing:
        """What the curve (loss, or error rate) must come down to."""
        return (
            Crossing(self.value) if self.of == "training loss" else Crossing(1 - self.value, False)
        )


@dataclass(frozen=True)
class Training(TorchExperiment):
    """Train ``network`` on ``data`` by minimising the cross-entropy of fresh minibatches.

    Each epoch visits the training samples in a new order and leaves out the remainder that does
    not fill a minibatch.

    Without a ``goal`` a run takes ``steps`` steps and records, as samples:

    - "test accuracy": test samples classified right, as counts of their number;
    - "training loss": at the end;
    - "rise": the largest loss after the smallest, over the smallest;
    - "zero weights", "weights below 0.001", "weights below 0.01": counts of all weights.

    With a ``goal`` it stops when every replicate of its chunk has arrived, or after ``steps``,
    and records "arrival" in steps; a run that did not arrive, or diverged, is [steps, infinity).
    With ``staying`` it always takes all steps and records "arrival" (reached for good) instead.

    Series: the training loss in steps, the test accuracy in epochs, the weights' histogram (the
    last two without a goal only).  A loss that was not evaluated any more, because the chunk had
    arrived, is NaN there.

    Args:
        optimizer: a description of torch's.
        batch: samples in a minibatch.
        steps: the budget, in minibatches.
        penalty: an l1 or l2 penalty on the weights.
        keep_zeros: weights that are zero at the start are set to zero after each step.
        chunk: replicates trained at once; a constant of the experiment.
        stream: which independent set of replicates.
    """

    network: Network = USUAL_NETWORK
    data: Data = USUAL_DATA
    optimizer: Optimizer = USUAL_OPTIMIZER
    batch: int = 32
    steps: int = USUAL_STEPS
    goal: Goal | None = None
    staying: bool = False
    penalty: Penalty | None = None
    keep_zeros: bool = False
    chunk: int = 16
    stream: int = 0

    def __post_init__(self) -> None:
        if (self.network.inputs, self.network.outputs) != (self.data.features, self.data.classes):
            raise ValueError(
                f"a network of {self.network.inputs} inputs and {self.network.outputs} outputs "
                f"cannot learn {self.data.features} features and {self.data.classes} classes"
            )
        if self.batch > self.data.train_count:
            raise ValueError(f"a minibatch of {self.batch} of {self.data.train_count} samples")
        if self.penalty is not None and self.penalty.proximal and not is_plain(self.optimizer):
            raise ValueError("a proximal step needs plain SGD: choose SGD with momentum 0")
        if self.staying and self.goal is None:
            raise ValueError("staying where? give a goal")

    @property
    def differences(self) -> list[str]:
        """In words, what differs from the lab's usual training; budget and goal go unsaid."""
        words = self.network.differences + self.data.differences + self.optimizer.differences
        if self.batch != Training.batch:
            words.append(f"batches of {self.batch}")
        if self.penalty is not None:
            words.append(self.penalty.words)
        if self.keep_zeros:
            words.append("zeros kept")
        return words

    def measure(self, replicates: Replicates) -> Record:
        run = self.train(replicates)
        if self.goal is not None:
            samples = {"arrival": run.arrival(self.goal, self.staying)}
            return Record(samples, (run.loss_series(),))
        return Record(self.observe(run), run.series())

    def observe(self, run: Run) -> dict[str, Sample]:
        """Samples read off a finished run; a subclass may measure more."""
        return {
            "test accuracy": Sample.exactly(run.correct(), per=self.data.test_count),
            "training loss": finite_or_beyond(run.losses[:, -1], largest_finite(run.losses)),
            "rise": rise_after_minimum(run.losses),
            **run.small_weights(),
        }

    def start(self, replicates: Replicates) -> StackedNetwork:
        """The networks before the first step; a subclass may start elsewhere."""
        return stack(self.network, replicates)

    def train(self, replicates: Replicates) -> Run:
        """Train the replicates and return them with their curves."""
        net = self.start(replicates)
        samples = self.data.draw(replicates)
        run = Run(self, net, samples)
        step = Stepper(net, self.optimizer, self.batch, self.penalty, keep_zeros=self.keep_zeros)
        batches = minibatches(samples, self.batch, replicates)
        masks = dropout_masks(self.network, replicates, self.batch)
        at = 0
        for until in run.steps:
            for _ in range(until - at):
                step(*next(batches), next(masks))
            at = until
            run.evaluate()
            if self.goal is not None and not self.staying and run.arrived(self.goal):
                break
        return run


def _zero(size: torch.Tensor) -> torch.Tensor:
    return size == 0


class Run:
    """Replicates that are being trained or have been: the networks, their data, their curves.

    ``steps`` are the steps at which a run is evaluated, ``losses`` (R, evaluated so far) the
    training losses and ``errors`` (R, evaluated so far) the test error rates where the goal or
    the grid asks for them.
    """

    def __init__(self, training: Training, net: StackedNetwork, samples: Samples) -> None:
        self.training, self.net, self.samples = training, net, samples
        self.steps = evaluation_steps(training.steps)
        watched, self._watched_labels = samples.take(samples.train[:, :EVALUATED])
        test, self._test_labels = samples.take(samples.test)
        self._on_watched, self._on_test = Evaluation(net, watched), Evaluation(net, test)
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
        """Put the next point on the curves."""
        at = len(self._losses)
        self._losses.append(self.loss())
        goal = self.training.goal
        if goal.of == "test accuracy" if goal else at % 4 == 0 or at == len(self.steps) - 1:
            self._error_at.append(at)
            self._errors.append(1 - self.correct() / self.training.data.test_count)

    def loss(self) -> NDArray[np.float64]:
        """Training loss of each replicate now, in eval mode."""
        each = F.cross_entropy(self._on_watched(), self._watched_labels, reduction="none")
        losses: NDArray[np.float64] = each.mean(1).cpu().double().numpy()
        return losses

    def correct(self) -> NDArray[np.int64]:
        """Test samples that each replicate classifies right; logits that are NaN are wrong."""
        logits = self._on_test()
        right = (logits.argmax(1) == self._test_labels) & ~logits.isnan().any(1)
        counts: NDArray[np.int64] = right.sum(1).cpu().numpy()
        return counts

    def arrived(self, goal: Goal) -> bool:
        """Whether every replicate has been at the goal."""
        curves = self.losses if goal.of == "training loss" else self.errors
        return bool((curves <= goal.crossing.level).any(axis=1).all())

    def arrival(self, goal: Goal, staying: bool) -> Sample:
        """Steps to the goal."""
        curves = self.losses if goal.of == "training loss" else self.errors
        read = goal.crossing.last if staying else goal.crossing.first
        return arrivals(read(self.steps[: curves.shape[1]], curves), self.training.steps)

    def small_weights(self) -> dict[str, Sample]:
        """How many weights of each replicate are zero, or below a threshold, in absolute value."""
        per = self.training.network.weight_count
        samples = {"zero weights": Sample.exactly(self.count_weights(_zero), per)}
        for threshold in THRESHOLDS:
            below = self.count_weights(partial(torch.gt, torch.tensor(threshold)))
            samples[f"weights below {threshold:g}"] = Sample.exactly(below, per)
        return samples

    def count_weights(self, which: Callable[[torch.Tensor], torch.Tensor]) -> NDArray[np.int64]:
        """Weights of each replicate whose absolute values ``which`` accepts."""
        with torch.no_grad():
            each = [which(weight.abs()).sum((1, 2)) for weight in self.net.weights]
            counts: NDArray[np.int64] = torch.stack(each).sum(0).cpu().numpy()
        return counts

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
        edges = np.linspace(-0.5, 0.5, 102)  # an odd number of bins: one is centred at zero
        with torch.no_grad():
            flat = torch.cat([weight.flatten(1) for weight in self.net.weights], 1).cpu().numpy()
        inside = np.clip(flat, edges[0], edges[-1])  # what lies beyond counts in the end bins
        shares = np.stack([np.histogram(row, edges)[0] / row.size for row in inside])
        x = (edges[:-1] + edges[1:]) / 2
        return Series("weights", "histogram", "weight", "share of weights", x, shares)
