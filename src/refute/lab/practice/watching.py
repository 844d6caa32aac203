"""Losses and accuracies epoch by epoch, as a practitioner watches them during training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates, Series
from refute.lab.bench.data import DIGITS, Data, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.learning import is_correct, losses_of, partly_known
from refute.lab.bench.networks import USUAL_NETWORK, Network
from refute.lab.bench.optimizers import USUAL_OPTIMIZER, Optimizer
from refute.lab.bench.settings import named, setting_of
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import stack
from refute.lab.bench.stack.stepping import Stepper
from refute.quantity import Difference, Recorded

BATCH = 32
EARLY = 2
"""Number of first epochs, in which a network improves fast."""

RISEN = 1.1
"""A loss counts as risen if it ends at this multiple of its minimum or above."""

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Watched(TorchExperiment):
    """Train, and evaluate losses and accuracy at the end of each epoch, as a training log does.

    The running training loss is the average over the minibatches of the epoch, each evaluated
    before its step and with dropout on.  The training loss is evaluated after the epoch with
    dropout off, on as many training samples as there are test samples.  The validation loss is
    evaluated on the test samples, which no choice depends on.

    Samples, as counts of epochs:

    - "below running": epochs whose validation loss is below the running training loss;
    - "below running, early": the same among the first ``EARLY`` epochs;
    - "below training, late": later epochs whose validation loss is below the training loss.

    Samples, as counts of test samples, unknown unless the validation loss rises to ``RISEN`` times
    its minimum:

    - "accuracy at the lowest loss": correct at the epoch with the lowest validation loss;
    - "accuracy at the end": correct after the last epoch.

    Series: the three losses by epoch.

    Args:
        network: the network.
        data: the data.
        optimizer: a description of one of torch's optimizers.
        epochs: number of epochs.
        chunk: replicates that run together.
        stream: which independent set of replicates.
    """

    network: Network = USUAL_NETWORK
    data: Data = DIGITS
    optimizer: Optimizer = USUAL_OPTIMIZER
    epochs: Count = 10
    chunk: Count = 16
    stream: Natural = 0

    @property
    def setting(self) -> str:
        return setting_of(self.network, self.data, self.optimizer)

    def measure(self, replicates: Replicates) -> Record:
        samples = self.data.draw(replicates)
        net = stack(self.network, replicates)
        step = Stepper(net, self.optimizer, BATCH)
        batches = minibatches(samples, BATCH, replicates)
        masks = dropout_masks(self.network, replicates, BATCH)
        test = samples.take(samples.test)
        train = samples.take(samples.train[:, : self.data.test_count])
        per_epoch = self.data.train_count // BATCH
        curves: list[tuple[Tensor, Tensor, Tensor, Tensor]] = []
        for _ in range(self.epochs):
            average = torch.zeros(replicates.count, device=replicates.device)
            for _ in range(per_epoch):
                (x, y), drops = next(batches), next(masks)
                average += losses_of(net(x, drops), y) / per_epoch
                step(x, y, drops)
            logits = net(test[0])
            curves.append(
                (
                    average,
                    losses_of(net(train[0]), train[1]),
                    losses_of(logits, test[1]),
                    is_correct(logits, test[1]).sum(1),
                )
            )
        running, training, validation, correct_counts = (
            torch.stack(curve, 1).cpu().numpy() for curve in zip(*curves, strict=True)
        )
        return Record(
            self._samples(running, training, validation, correct_counts),
            tuple(
                self._curve(name, curve)
                for name, curve in (
                    ("running training loss", running),
                    ("training loss after the epoch", training),
                    ("validation loss", validation),
                )
            ),
        )

    def _samples(
        self, running: Curve, training: Curve, validation: Curve, correct: NDArray[np.int64]
    ) -> dict[str, Sample]:
        def count(below: NDArray[np.bool_]) -> Sample:
            return Sample.exactly(below.sum(1), per=below.shape[1])

        below = validation < running
        return {
            "below running": count(below),
            "below running, early": count(below[:, :EARLY]),
            "below training, late": count(validation[:, EARLY:] < training[:, EARLY:]),
            **self._accuracies_if_risen(validation, correct),
        }

    def _accuracies_if_risen(
        self, validation: Curve, correct: NDArray[np.int64]
    ) -> dict[str, Sample]:
        best = validation.argmin(1)
        rows = np.arange(len(best))
        rose = validation[:, -1] >= RISEN * validation[rows, best]
        count = self.data.test_count
        return {
            "accuracy at the lowest loss": partly_known(
                rose, correct[rows, best], (0, count), count
            ),
            "accuracy at the end": partly_known(rose, correct[:, -1], (0, count), count),
        }

    def _curve(self, name: str, values: Curve) -> Series:
        epochs = np.arange(1, self.epochs + 1, dtype=np.float64)
        return Series(
            name, "curve", "epochs", "cross-entropy", epochs, values.astype(np.float64), log_y=True
        )


def epochs_below_running_loss(*, early: bool = False, dropout: float = 0.0) -> Recorded:
    """Share of the epochs whose validation loss is below the running training loss.

    With ``early``, only the first ``EARLY`` epochs count.
    """
    key = "below running, early" if early else "below running"
    first = f"the first {EARLY} " if early else ""
    what = f"share of {first}epochs with a validation loss below the running training loss"
    return named(Watched(Network(dropout=dropout)), key, what)


def epochs_below_training_loss() -> Recorded:
    """Share of the later epochs whose validation loss is below the training loss.

    The first ``EARLY`` epochs do not count.
    """
    what = "share of later epochs with a validation loss below the training loss at their end"
    return named(Watched(), "below training, late", what)


def accuracy_lost(data: Data, optimizer: Optimizer, epochs: int) -> Difference:
    """Test accuracy at the lowest validation loss minus that at the end, if the loss rose again."""
    network = Network(inputs=data.features, outputs=data.classes)
    watched = Watched(network, data, optimizer, epochs)
    best, last = (
        named(watched, f"accuracy {when}", "test accuracy", by=when)
        for when in ("at the lowest loss", "at the end")
    )
    return best - last
