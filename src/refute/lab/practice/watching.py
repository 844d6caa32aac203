"""Losses and accuracies as they are watched during training, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.lab.bench.data import Data, Digits, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.learning import where
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Optimizer
from refute.lab.bench.settings import in_words, named
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import stack
from refute.lab.bench.stack.stepping import Stepper
from refute.quantity import Difference, Record, Recorded, Replicates, Series

BATCH = 32
EARLY = 2
"""The first epochs, in which a network improves fast."""

RISEN = 1.1
"""A loss has risen again when it ends at this many times its minimum at least."""

Curve = NDArray[np.float64]

USUAL_NETWORK, USUAL_DATA, USUAL_OPTIMIZER = Network(), Digits(), SGD()


@dataclass(frozen=True)
class Watched(TorchExperiment):
    """A sound training run, watched at the end of each epoch, as a framework's log shows it.

    The running training loss is the average over the epoch's minibatches, each taken before its
    step and with dropout on; the training loss proper is taken at the end, with dropout off, on
    as many training samples as there are test samples.  The validation loss is that of the test
    samples, which no choice depends on.

    Records, as counts of the epochs, how many have a validation loss

    - "below running": below the running training loss;
    - "below running, early": the same of the first ``EARLY`` epochs;
    - "below training, late": below the training loss proper, of all but those;

    and "accuracy at the lowest loss" and "accuracy at the end": test samples classified right at
    the epoch of the lowest validation loss and at the last; unknown where the loss did not rise
    to ``RISEN`` times its minimum.
    """

    network: Network = USUAL_NETWORK
    data: Data = USUAL_DATA
    optimizer: Optimizer = USUAL_OPTIMIZER
    epochs: int = 10
    chunk: int = 16
    stream: int = 0

    @property
    def setting(self) -> str:
        return in_words(
            self.network.differences + self.data.differences + self.optimizer.differences
        )

    def measure(self, replicates: Replicates) -> Record:
        samples = self.data.draw(replicates)
        net = stack(self.network, replicates)
        step = Stepper(net, self.optimizer, BATCH)
        batches = minibatches(samples, BATCH, replicates)
        masks = dropout_masks(self.network, replicates, BATCH)
        test = samples.take(samples.test)
        seen = samples.take(samples.train[:, : self.data.test_count])
        per_epoch = self.data.train_count // BATCH
        curves: list[tuple[Tensor, Tensor, Tensor, Tensor]] = []
        for _ in range(self.epochs):
            average = torch.zeros(replicates.count, device=replicates.device)
            for _ in range(per_epoch):
                (x, y), drops = next(batches), next(masks)
                average += _losses(net(x, drops), y) / per_epoch
                step(x, y, drops)
            logits = net(test[0])
            count = (logits.argmax(-1) == test[1]).sum(1)
            curves.append(
                (average, _losses(net(seen[0]), seen[1]), _losses(logits, test[1]), count)
            )
        losses_and_counts = [
            torch.stack(each, 1).cpu().numpy() for each in zip(*curves, strict=True)
        ]
        running, training, validation, right = losses_and_counts
        return Record(
            self._samples(running, training, validation, right),
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
        self, running: Curve, training: Curve, validation: Curve, right: NDArray[np.int64]
    ) -> dict[str, Sample]:
        def count(below: NDArray[np.bool_]) -> Sample:
            return Sample.exactly(below.sum(1), per=below.shape[1])

        below = validation < running
        return {
            "below running": count(below),
            "below running, early": count(below[:, :EARLY]),
            "below training, late": count(validation[:, EARLY:] < training[:, EARLY:]),
            **self._where_risen(validation, right),
        }

    def _where_risen(self, validation: Curve, right: NDArray[np.int64]) -> dict[str, Sample]:
        best = validation.argmin(1)
        each = np.arange(len(best))
        rose = validation[:, -1] >= RISEN * validation[each, best]
        count = self.data.test_count
        return {
            "accuracy at the lowest loss": where(rose, right[each, best], (0, count), count),
            "accuracy at the end": where(rose, right[:, -1], (0, count), count),
        }

    def _curve(self, name: str, values: Curve) -> Series:
        epochs = np.arange(1, self.epochs + 1, dtype=np.float64)
        return Series(
            name, "curve", "epochs", "cross-entropy", epochs, values.astype(np.float64), log_y=True
        )


def _losses(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of each replicate, (R,), of logits (R, N, classes)."""
    return F.cross_entropy(logits.mT, labels, reduction="none").mean(1)


def epochs_below_running_loss(*, early: bool = False, dropout: float = 0.0) -> Recorded:
    """Share of the epochs whose validation loss is below the running training loss."""
    key = "below running, early" if early else "below running"
    first = f"the first {EARLY} " if early else ""
    what = f"share of {first}epochs with a validation loss below the running training loss"
    return named(Watched(Network(dropout=dropout)), key, what)


def epochs_below_training_loss(*, dropout: float = 0.0) -> Recorded:
    """Share of the later epochs whose validation loss is below the training loss at their end."""
    what = "share of later epochs with a validation loss below the training loss at their end"
    return named(Watched(Network(dropout=dropout)), "below training, late", what)


def accuracy_lost(data: Data, optimizer: Optimizer, epochs: int) -> Difference:
    """Test accuracy at the lowest validation loss less that at the end, if the loss rose again."""
    network = Network(inputs=data.features, outputs=data.classes)
    watched = Watched(network, data, optimizer, epochs)
    best, last = (
        named(watched, f"accuracy {when}", "test accuracy", by=when)
        for when in ("at the lowest loss", "at the end")
    )
    return best - last
