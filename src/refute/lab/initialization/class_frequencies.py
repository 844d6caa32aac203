"""Accuracy without looking at the inputs: always predict the most frequent class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.data import DIGITS
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.settings import named
from refute.quantity import Recorded


@dataclass(frozen=True)
class MostFrequentClass(TorchExperiment):
    """Predict the most frequent class of the training digits for every test digit.

    Records "test accuracy" as counts of the test samples.
    """

    chunk: Count = 8
    stream: Natural = 0

    def measure(self, replicates: Replicates) -> Record:
        samples = DIGITS.draw(replicates)
        correct = [
            int((test_labels == np.bincount(train_labels).argmax()).sum())
            for train_labels, test_labels in zip(
                samples.labels[samples.train].cpu().numpy(),
                samples.labels[samples.test].cpu().numpy(),
                strict=True,
            )
        ]
        return Record({"test accuracy": Sample.exactly(np.array(correct), DIGITS.test_count)})


def accuracy_of_most_frequent_class() -> Recorded:
    """Share of the test images whose class is the most frequent of the training images."""
    words = "test accuracy of naming the most frequent class"
    return named(MostFrequentClass(), "test accuracy", words)
