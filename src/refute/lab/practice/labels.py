"""Samples with wrong labels, or with random ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from refute.experiment import Replicates
from refute.lab.bench.data import Data, Samples
from refute.lab.bench.kinds import Share


@dataclass(frozen=True)
class WrongLabels(Data):
    """A task in which a share of the training labels is wrong; test labels are right.

    Replicate ``k`` draws from ``generator(k, "labels")`` which labels are wrong; a wrong label is
    any other class with equal probability.

    Args:
        task: the task with right labels.
        share: share of the training labels that are wrong.
    """

    task: Data
    share: Share

    @property
    def features(self) -> int:
        return self.task.features

    @property
    def classes(self) -> int:
        return self.task.classes

    @property
    def test_count(self) -> int:
        return self.task.test_count

    @property
    def train_count(self) -> int:
        return self.task.train_count

    @property
    def differences(self) -> list[str]:
        return [*self.task.differences, f"{self.share:.0%} of the training labels wrong"]

    def draw(self, replicates: Replicates) -> Samples:
        samples = self.task.draw(replicates)
        wrong = round(self.share * self.train_count)
        shifts = np.zeros(samples.train.shape, dtype=np.int64)
        for row, k in zip(shifts, replicates, strict=True):
            generator = replicates.generator(k, "labels")
            indices = generator.permutation(self.train_count)[:wrong]
            row[indices] = generator.integers(1, self.classes, size=wrong)
        right = samples.labels[samples.train]
        labels = (right + torch.from_numpy(shifts).to(right.device)) % self.classes
        return relabelled(samples, labels, samples.labels[samples.test], self.classes)


def random_labels(samples: Samples, replicates: Replicates, classes: int) -> Samples:
    """Return the samples with random labels, which leave nothing to learn."""
    count = len(samples.labels)
    drawn = np.stack(
        [replicates.generator(k, "labels").integers(classes, size=count) for k in replicates]
    )
    labels = torch.from_numpy(drawn).to(samples.labels.device)
    return relabelled(
        samples, labels.gather(1, samples.train), labels.gather(1, samples.test), classes
    )


def relabelled(samples: Samples, train: Tensor, test: Tensor, classes: int) -> Samples:
    """Return the samples with other labels for each replicate.

    The pool of the result has every sample once with each label.

    Args:
        samples: the samples, with any labels.
        train: labels of the training samples, (R, n).
        test: labels of the test samples, (R, m).
        classes: number of classes.
    """
    count = len(samples.labels)
    return replace(
        samples,
        inputs=samples.inputs.repeat(classes, 1),
        labels=torch.arange(classes, device=samples.labels.device).repeat_interleave(count),
        train=samples.train + count * train,
        test=samples.test + count * test,
    )
