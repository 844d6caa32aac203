"""The real CIFAR-10, read from its binary files (Krizhevsky 2009)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from refute.lab.bench.data import Data, Samples, standardised
from refute.quantity import Replicates

TRAIN_FILES = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST_FILE = "test_batch.bin"
PIXELS = 3072
RECORD = 1 + PIXELS

_ADVICE = (
    "unpack cifar-10-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html "
    "and give its folder"
)


class CifarError(ValueError):
    """CIFAR-10 is not there, or a file of it is broken; one line says where and what to do."""


def read_batch(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Images (n, 3072) and labels (n,) of one file: per image a label byte and 3,072 pixels.

    Raises:
        CifarError: the file is missing, cut short, empty or of another format.
    """
    try:
        raw = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise CifarError(f"{path}: cannot be read ({error.strerror}): {_ADVICE}") from None
    if raw.size == 0 or raw.size % RECORD:
        raise CifarError(
            f"{path}: {raw.size} bytes are not a whole number of {RECORD}-byte images, "
            f"so it is cut short or no CIFAR-10 file: {_ADVICE}"
        )
    records = raw.reshape(-1, RECORD)
    labels = records[:, 0].astype(np.int64)
    if labels.max() > 9:
        at = int(np.argmax(labels > 9))
        raise CifarError(
            f"{path}: image {at} has label {labels[at]}, and CIFAR-10 ends at 9: {_ADVICE}"
        )
    return records[:, 1:], labels


def read_folder(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64], int]:
    """All images, training images first, their labels, and how many are for training.

    Raises:
        CifarError: the folder or a file is missing, or a file is broken.
    """
    if not folder.is_dir():
        raise CifarError(f"{folder}: there is no such folder: {_ADVICE}")
    batches = [read_batch(folder / name) for name in (*TRAIN_FILES, TEST_FILE)]
    images, labels = (np.concatenate(part) for part in zip(*batches, strict=True))
    return images, labels, len(labels) - len(batches[-1][1])


@dataclass(frozen=True)
class Cifar10(Data):
    """CIFAR-10 from a folder of its binary files; its own split, each replicate another order.

    Args:
        folder: where ``data_batch_1.bin`` to ``data_batch_5.bin`` and ``test_batch.bin`` are.
        scaling: "0 to 1" divides by 255; "standardised" gives each feature mean 0, variance 1
            over all images.
        limit: train on that many of a replicate's training images, ``None`` for all.
    """

    folder: str
    scaling: Literal["0 to 1", "standardised"] = "0 to 1"
    limit: int | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """What is read: a measurement is taken again where any of them has changed."""
        return tuple(Path(self.folder) / name for name in (*TRAIN_FILES, TEST_FILE))

    @property
    def features(self) -> int:
        return PIXELS

    @property
    def classes(self) -> int:
        return 10

    @property
    def train_count(self) -> int:
        count = _load(self.folder, self.scaling)[2]
        return count if self.limit is None else min(self.limit, count)

    @property
    def test_count(self) -> int:
        _, labels, train_count = _load(self.folder, self.scaling)
        return len(labels) - train_count

    @property
    def differences(self) -> list[str]:
        limit = "" if self.limit is None else f", {self.limit} training images"
        return [f"CIFAR-10 ({self.scaling}{limit})"]

    def draw(self, replicates: Replicates) -> Samples:
        inputs, labels, train_count = _load(self.folder, self.scaling)
        orders = [replicates.generator(k, "data").permutation(train_count) for k in replicates]
        train = torch.from_numpy(np.stack(orders))[:, : self.train_count]
        test = torch.arange(train_count, len(labels)).expand(len(orders), -1)
        device = replicates.device
        return Samples(
            torch.from_numpy(inputs).to(device),
            torch.from_numpy(labels).to(device),
            train.to(device),
            test.to(device),
        )


@lru_cache(maxsize=1)
def _load(folder: str, scaling: str) -> tuple[NDArray[np.float32], NDArray[np.int64], int]:
    images, labels, train_count = read_folder(Path(folder))
    inputs = images / np.float32(255)
    if scaling == "standardised":
        inputs = standardised(inputs)
    return inputs.astype(np.float32), labels, train_count
