"""Inputs standardised with statistics of the training samples, or of further ones too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from refute.experiment import Replicates
from refute.lab.bench.data import Data, Samples, split
from refute.lab.bench.kinds import Count
from refute.lab.bench.networks import Network
from refute.lab.bench.quantities import at_the_end
from refute.quantity import Recorded

Statistics = Literal[
    "training samples",
    "training and test samples",
    "training and untested samples",
    "training and test samples and their labels",
]
Task = Literal["digits", "breast cancer"]

BATCH = 32
STEPS, STEPS_OF_A_HANDFUL = 220, 60
"""Training steps, and those for samples that do not fill a minibatch: enough to memorise them."""


@dataclass(frozen=True)
class Scaled(Data):
    """A task whose features are standardised with mean and variance of some of the samples.

    A feature that is constant in those samples is only centred, as in scikit-learn's
    ``StandardScaler``.

    Args:
        of: digits, or the tumours of :class:`~refute.lab.bench.tasks.Patients`.
        train_count: number of training samples.
        statistics: the samples that the statistics are taken from.  Untested samples are neither
            trained on nor tested, and as many as the test samples.  "and their labels" then adds
            the mean of its class to each sample, which reveals the class.
    """

    of: Task = "digits"
    train_count: Count = 1437
    statistics: Statistics = "training samples"

    @property
    def features(self) -> int:
        return int(_raw(self.of)[0].shape[1])

    @property
    def classes(self) -> int:
        return 10 if self.of == "digits" else 2

    @property
    def test_count(self) -> int:
        return 360 if self.of == "digits" else 200

    @property
    def differences(self) -> list[str]:
        return [f"{self.of}, {self.train_count} training samples, statistics of {self.statistics}"]

    def draw(self, replicates: Replicates) -> Samples:
        count = self.train_count + self.test_count
        drawn = split(*_raw(self.of), count, self.test_count, replicates)
        if drawn.labels.shape[0] < count + self.test_count:
            raise ValueError(f"{self.of} has no {self.test_count} samples left untested")
        # Samples for training, then untested ones, then those for testing.
        which = torch.cat([drawn.train, drawn.test], 1)
        raw, labels = (taken.cpu().double().numpy() for taken in drawn.take(which))
        scaled = np.stack([self._scaled(*own) for own in zip(raw, labels, strict=True)])
        # The pool holds replicate after replicate, because each has its own inputs.
        own = torch.arange(which.numel(), device=which.device).view(which.shape)
        return Samples(
            torch.from_numpy(scaled.astype(np.float32)).flatten(0, 1).to(which.device),
            drawn.labels[which].flatten(),
            own[:, : self.train_count],
            own[:, count:],
        )

    def _scaled(
        self, samples: NDArray[np.float64], labels: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Standardise one replicate's samples: for training, untested, for testing."""
        trained, untested, tested = np.split(
            samples, [self.train_count, len(samples) - self.test_count]
        )
        others = {"training samples": trained[:0], "training and untested samples": untested}
        used = np.concatenate([trained, others.get(self.statistics, tested)])
        mean, deviation = used.mean(0), used.std(0)
        scaled: NDArray[np.float64] = (samples - mean) / np.where(deviation > 0, deviation, 1)
        if self.statistics == "training and test samples and their labels":
            for label in range(self.classes):
                scaled[labels == label] += scaled[labels == label].mean(0)
        return scaled


@lru_cache(maxsize=2)
def _raw(of: Task) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    from sklearn.datasets import load_breast_cancer, load_digits

    load = load_digits if of == "digits" else load_breast_cancer
    inputs, labels = load(return_X_y=True)
    # As in the usual digits, features that are constant in all samples are left out.
    return inputs[:, inputs.std(axis=0) > 0], labels.astype(np.int64)


def accuracy_scaled(statistics: Statistics, *, train_count: int, of: Task = "digits") -> Recorded:
    """Test accuracy after 220 steps on minibatches of 32, with inputs scaled by some statistics.

    Fewer than 32 training samples are trained on all together, for 60 steps.
    """
    data = Scaled(of, train_count, statistics)
    network = Network(inputs=data.features, outputs=data.classes)
    batch, steps = (BATCH, STEPS) if train_count >= BATCH else (train_count, STEPS_OF_A_HANDFUL)
    return at_the_end("test accuracy", network, data=data, batch=batch, steps=steps)
