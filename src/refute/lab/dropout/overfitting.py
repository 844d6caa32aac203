"""Networks that overfit, or are too small to, with and without dropout, in drawn settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.data import Data, Digits, Samples, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.fair_accuracy import (
    BREAST_CANCER,
    DIABETES,
    FEW_DIGITS,
    correct_and_loss,
    hold_out_validation,
)
from refute.lab.bench.kinds import Count, DropoutRate, Natural
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.random_settings import ReplicateSubset, alike
from refute.lab.bench.settings import named
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import StackedNetwork, stack
from refute.lab.bench.stack.stepping import Stepper
from refute.lab.bench.tasks import Synthetic
from refute.quantity import Recorded

TASKS: tuple[Data, ...] = (FEW_DIGITS, BREAST_CANCER, DIABETES)
DEPTHS = (1, 2, 3)
WIDTH, BATCH = 100, 32

LARGE_TASKS: tuple[Data, ...] = (Digits(1200), Synthetic("waves", 1200, 360))
SMALL_DEPTHS = (1, 2)
SMALL_WIDTH = 8
"""Tasks, depths and width of networks that underfit."""

RATES = (0.003, 0.01)
"""Learning rates of SGD with momentum 0.9; each arm gets the better."""

TEST_OF, TRAINING_OF = 1800, 13680
"""Common multiples of the tasks' test and training samples; accuracies are counts out of these."""


@dataclass(frozen=True)
class DrawnOverfitting(TorchExperiment):
    """Train at the best learning rate, on a task and at a depth that each replicate draws.

    SGD with momentum 0.9, layers of 100 units, 240 or 300 training samples; or, of networks that
    underfit, layers of 8 units and 1,200 training samples.  60 of them are held out.  Each
    replicate trains at every rate of ``RATES`` and keeps the network with the lowest loss on the
    samples held out.  Records, with dropout off: "test loss"; "gap", the
    test loss minus the training loss; "training accuracy"; "test accuracy".

    Args:
        dropout: dropout rate.
        steps: minibatches to train on.
        half_the_data: whether every second training sample is left out.
        underfitting: whether the networks are too small for their task.
        chunk: replicates run at a time.
        stream: which independent set of replicates.
    """

    dropout: DropoutRate = 0.0
    steps: Natural = 400
    half_the_data: bool = False
    underfitting: bool = False
    chunk: Count = 24
    stream: Natural = 0

    @property
    def setting(self) -> str:
        dropout = f"with dropout {self.dropout:g}" if self.dropout else "without dropout"
        data = " and half of the training samples" if self.half_the_data else ""
        trained = "" if self.steps else ", untrained"
        small = f", with {SMALL_WIDTH} units a layer" if self.underfitting else ""
        return f"{dropout}{data}{trained}{small}, on tasks drawn at random"

    def measure(self, replicates: Replicates) -> Record:
        tasks, depths = (LARGE_TASKS, SMALL_DEPTHS) if self.underfitting else (TASKS, DEPTHS)
        drawn = [replicates.generator(k, "setting").random(2) for k in replicates]
        settings = [
            (tasks[int(task * len(tasks))], depths[int(depth * len(depths))])
            for task, depth in drawn
        ]
        losses = np.zeros((2, replicates.count))
        rights = np.zeros(losses.shape, dtype=np.int64)
        for (data, depth), members, places in alike(replicates, settings):
            losses[:, places], rights[:, places] = self._trained(data, depth, members)
        (training, test), (training_right, test_right) = losses, rights
        return Record(
            {
                "test loss": Sample.exactly(test),
                "gap": Sample.exactly(test - training),
                "training accuracy": Sample.exactly(training_right, TRAINING_OF),
                "test accuracy": Sample.exactly(test_right, TEST_OF),
            }
        )

    def _trained(
        self, data: Data, depth: int, replicates: ReplicateSubset
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Losses and right answers, shape (2, R) each: on training and on test samples.

        Right answers are counts out of ``TRAINING_OF`` and ``TEST_OF``.
        """
        at_rates = ReplicateSubset.of(replicates, [k for k in replicates for _ in RATES])
        samples, validation = hold_out_validation(data.draw(at_rates))
        if self.half_the_data:
            samples = replace(samples, train=samples.train[:, ::2])
        width = SMALL_WIDTH if self.underfitting else WIDTH
        network = Network(data.features, (width,) * depth, data.classes, dropout=self.dropout)
        net = stack(network, at_rates)
        rates = torch.tensor(RATES * len(replicates), device=replicates.device)
        step = Stepper(net, SGD(lr=1.0), BATCH, gradient_factors=rates)
        batches = minibatches(samples, BATCH, at_rates)
        masks = dropout_masks(network, at_rates, BATCH)
        for _ in range(self.steps):
            step(*next(batches), next(masks))
        _, validated = correct_and_loss(net, samples, validation)
        best = validated.nan_to_num(torch.inf).view(-1, len(RATES)).argmin(1)
        judged = list(_judged_at_best(best, net, samples))
        return np.stack([loss for loss, _ in judged]), np.stack([right for _, right in judged])


def _judged_at_best(
    best: Tensor, net: StackedNetwork, samples: Samples
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """Yield loss and right answers of each best network, on training and on test samples."""
    for indices, of in ((samples.train, TRAINING_OF), (samples.test, TEST_OF)):
        right, loss = (
            score.view(-1, len(RATES)).gather(1, best[:, None])[:, 0].cpu().numpy()
            for score in correct_and_loss(net, samples, indices)
        )
        yield loss, right * (of // indices.shape[1])


def drawn_overfitting(
    key: str,
    *,
    dropout: float = 0.0,
    steps: int = 400,
    half_the_data: bool = False,
    underfitting: bool = False,
) -> Recorded:
    """What :class:`DrawnOverfitting` records under ``key``."""
    words = {"gap": "gap between test and training loss"}.get(key, key)
    return named(DrawnOverfitting(dropout, steps, half_the_data, underfitting), key, words)
