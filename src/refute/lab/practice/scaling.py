"""Inputs standardised by statistics of the training samples, or of the test samples too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from refute.lab.bench.data import Data, Samples, split
from refute.lab.bench.networks import Network
from refute.lab.bench.quantities import at_the_end
from refute.quantity import Recorded, Replicates

Statistics = Literal["training samples", "all samples", "all samples and their labels"]
Task = Literal["digits", "breast cancer"]

BATCH = 32
STEPS, STEPS_OF_A_HANDFUL = 220, 60
"""The second where samples do not fill a minibatch: it takes no more to learn them by heart."""


@dataclass(frozen=True)
class Scaled(Data):
    """A task with mean 0 and variance 1 in each feature, as statistics of some samples have it.

    A feature that is constant in them is only centred, as by scikit-learn's ``StandardScaler``.

    Args:
        of: digits, or the tumours of :class:`~refute.lab.bench.tasks.Patients`.
        train_count: training samples.
        statistics: of which samples; "all samples" are those for training and for testing.  With
            "and their labels" each is moved by its class's mean, which tells the class.
    """

    of: Task = "digits"
    train_count: int = 1437
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
        drawn = split(*_raw(self.of), self.train_count, self.test_count, replicates)
        which = torch.cat([drawn.train, drawn.test], 1)
        raw, labels = (taken.cpu().double().numpy() for taken in drawn.take(which))
        scaled = np.stack([self._scaled(*own) for own in zip(raw, labels, strict=True)])
        # Replicate after replicate in one pool: each has inputs of its own.
        own = torch.arange(which.numel(), device=which.device).view(which.shape)
        return Samples(
            torch.from_numpy(scaled.astype(np.float32)).flatten(0, 1).to(which.device),
            drawn.labels[which].flatten(),
            own[:, : self.train_count],
            own[:, self.train_count :],
        )

    def _scaled(
        self, samples: NDArray[np.float64], labels: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Samples in the order training, test."""
        used = self.train_count if self.statistics == "training samples" else len(samples)
        mean, deviation = samples[:used].mean(0), samples[:used].std(0)
        scaled: NDArray[np.float64] = (samples - mean) / np.where(deviation > 0, deviation, 1)
        if self.statistics == "all samples and their labels":
            for one in range(self.classes):
                scaled[labels == one] += scaled[labels == one].mean(0)
        return scaled


@lru_cache(maxsize=2)
def _raw(of: Task) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    from sklearn.datasets import load_breast_cancer, load_digits

    load = load_digits if of == "digits" else load_breast_cancer
    inputs, labels = load(return_X_y=True)
    # As in the usual digits, what is constant in all samples is left out.
    return inputs[:, inputs.std(axis=0) > 0], labels.astype(np.int64)


def accuracy_scaled(statistics: Statistics, *, train_count: int, of: Task = "digits") -> Recorded:
    """Test accuracy after 220 steps with inputs scaled by some statistics.

    Minibatches are of 32 samples; fewer than that are taken all at once, for 60 steps.
    """
    data = Scaled(of, train_count, statistics)
    network = Network(inputs=data.features, outputs=data.classes)
    batch, steps = (BATCH, STEPS) if train_count >= BATCH else (train_count, STEPS_OF_A_HANDFUL)
    return at_the_end("test accuracy", network, data=data, batch=batch, steps=steps)
