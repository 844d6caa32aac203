"""Data sets to train on, as frozen descriptions.

A description's ``draw`` returns one pool of samples and, for each replicate, the indices of its
training and test samples.  Replicate ``k`` draws its split from ``generator(k, "data")``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from refute.experiment import Replicates
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import between


@dataclass(frozen=True)
class Samples:
    """Samples of R replicates.

    Attributes:
        inputs: (pool, features), float32.
        labels: (pool,), int64.
        train: (R, n) indices into the pool, in random order.
        test: (R, m) indices into the pool.
    """

    inputs: torch.Tensor
    labels: torch.Tensor
    train: torch.Tensor
    test: torch.Tensor

    def take(self, which: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the inputs (..., features) and labels (...) of the samples with these indices."""
        flat = which.reshape(-1)  # copying rows is four times as fast with a flat index
        inputs = self.inputs.index_select(0, flat).view(*which.shape, -1)
        return inputs, self.labels.index_select(0, flat).view(which.shape)


class Data(Description, ABC):
    """Base of classification tasks: frozen dataclasses whose repr is code."""

    @property
    @abstractmethod
    def features(self) -> int:
        """Number of input features."""

    @property
    @abstractmethod
    def classes(self) -> int:
        """Number of classes."""

    @property
    @abstractmethod
    def test_count(self) -> int:
        """Number of test samples; accuracies are counts out of it."""

    @property
    @abstractmethod
    def train_count(self) -> int:
        """Number of training samples."""

    @property
    @abstractmethod
    def differences(self) -> list[str]:
        """Differences from the lab's usual data, in words."""

    @abstractmethod
    def draw(self, replicates: Replicates) -> Samples:
        """Draw the replicates' samples, on their device."""


@dataclass(frozen=True)
class Digits(Data):
    """scikit-learn's 1,797 handwritten digits: 1,437 for training and 360 for testing.

    Three of the 64 pixels are zero in every image and are left out, because their weights would
    never get a gradient.

    Args:
        train_count: number of training images that each replicate keeps.
        scaling: "standardised" gives each pixel mean 0 and variance 1 over all images; "raw" only
            divides by 16, the largest value.

    Source: Alpaydin & Kaynak 1998, UCI Optical Recognition of Handwritten Digits.
    """

    train_count: Annotated[int, between(1, 1437)] = 1437
    scaling: Literal["standardised", "raw"] = "standardised"

    @property
    def features(self) -> int:
        return 61

    @property
    def classes(self) -> int:
        return 10

    @property
    def test_count(self) -> int:
        return 360

    @property
    def differences(self) -> list[str]:
        words = []
        if self.train_count != 1437:
            words.append(f"{self.train_count} training images")
        if self.scaling == "raw":
            words.append("inputs between 0 and 1")
        return words

    def draw(self, replicates: Replicates) -> Samples:
        images, labels = _digits()
        inputs = images / 16
        if self.scaling == "standardised":
            inputs = standardised(inputs)
        return split(inputs, labels, self.train_count, self.test_count, replicates)


DIGITS = Digits()
"""The lab's usual data."""


@lru_cache(maxsize=1)
def _digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    return images[:, images.std(axis=0) > 0], labels.astype(np.int64)


def standardised(inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale each feature to mean 0 and variance 1 over the samples."""
    scaled: NDArray[np.float64] = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
    return scaled


def split(
    inputs: NDArray[np.floating],
    labels: NDArray[np.int64],
    train_count: int,
    test_count: int,
    replicates: Replicates,
) -> Samples:
    """Shuffle one pool for each replicate.

    The first ``train_count`` samples are for training, the last ``test_count`` for testing.
    """
    orders = np.stack(
        [replicates.generator(k, "data").permutation(len(labels)) for k in replicates]
    )
    device = replicates.device
    order = torch.from_numpy(orders).to(device)
    # Row by row in memory: minibatches are gathered eight times as fast as from columns.
    rows = np.array(inputs, dtype=np.float32, order="C")
    return Samples(
        torch.from_numpy(rows).to(device),
        torch.from_numpy(labels).to(device),
        order[:, :train_count],
        order[:, len(labels) - test_count :],
    )


GATHERED = 1 << 17
"""Numbers that are gathered at a time when minibatches are cut from the data (512 KiB)."""


def minibatches(
    samples: Samples, batch: int, replicates: Replicates
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield inputs (R, batch, features) and labels (R, batch), epoch after epoch, without end.

    Each epoch visits the training samples in a new order and drops the incomplete minibatch at
    its end.
    """
    generators = [replicates.generator(k, "order") for k in replicates]
    count, per_epoch = samples.train.shape[1], samples.train.shape[1] // batch
    block = max(1, GATHERED // (len(generators) * batch * samples.inputs.shape[1]))
    while True:
        orders = np.stack([own.permutation(count)[: per_epoch * batch] for own in generators])
        order = torch.from_numpy(orders).to(samples.train.device)
        epoch = samples.train.gather(1, order).view(len(generators), per_epoch, batch)
        for indices in epoch.transpose(0, 1).split(block):  # type: ignore[no-untyped-call]
            x, y = samples.take(indices)
            yield from zip(x.unbind(0), y.unbind(0), strict=True)
