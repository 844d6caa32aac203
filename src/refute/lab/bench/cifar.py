"""The real CIFAR-10, read from its binary files (Krizhevsky 2009), where a run is given it.

``refute run --cifar FOLDER`` has claims that ask for :func:`real_or` run on these images; without
the folder they run on the stand-in that they name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from refute.lab.bench.data import Data, Samples
from refute.quantity import Replicates

TRAIN_FILES = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST_FILE = "test_batch.bin"
PIXELS = 3072
RECORD = 1 + PIXELS

Scaling = Literal["0 to 1", "standardised"]

_ADVICE = (
    "unpack cifar-10-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html "
    "and give its folder"
)


class CifarError(ValueError):
    """CIFAR-10 is not there, or a file of it is broken; one line says where and what to do."""


class _Run:
    """What a run was given; conditions of claims are made when their file is imported."""

    folder: Path | None = None


def use(folder: Path | None) -> None:
    """Have claims run on the images of a folder, ``None``: on their stand-ins.

    Raises:
        CifarError: the folder or a file is missing, or a file is broken.
    """
    if folder is not None:
        folder = folder.absolute()
        read_folder(folder)
    _Run.folder = folder


def real_or(stand_in: Data, scaling: Scaling) -> Data:
    """The real images where the run was given them, and the stand-in otherwise.

    Args:
        stand_in: of the real images each replicate draws as many as of these.
        scaling: of the real images.
    """
    if _Run.folder is None:
        return stand_in
    return Cifar10(str(_Run.folder), scaling, stand_in.train_count, stand_in.test_count)


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
        test_limit: test on that many of a replicate's test images, ``None`` for all.
    """

    folder: str
    scaling: Scaling = "0 to 1"
    limit: int | None = None
    test_limit: int | None = None

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
        return _at_most(self.limit, _load(self.folder).train_count)

    @property
    def test_count(self) -> int:
        loaded = _load(self.folder)
        return _at_most(self.test_limit, len(loaded.labels) - loaded.train_count)

    @property
    def differences(self) -> list[str]:
        limit = "" if self.limit is None else f", {self.limit} training images"
        return [f"CIFAR-10 ({self.scaling}{limit})"]

    def draw(self, replicates: Replicates) -> Samples:
        loaded = _load(self.folder)
        train, test = [], []
        for replicate in replicates:
            generator = replicates.generator(replicate, "data")
            train.append(generator.permutation(loaded.train_count)[: self.train_count])
            order = np.arange(loaded.train_count, len(loaded.labels))
            if self.test_limit is not None:
                order = generator.permutation(order)
            test.append(order[: self.test_count])
        # Only what some replicate uses: as float32 all images are 700 MB.
        pool = np.unique(np.concatenate([*train, *test]))
        inputs = loaded.images[pool] / np.float32(255)
        if self.scaling == "standardised":
            inputs = (inputs - loaded.mean) / loaded.deviation
        device = replicates.device
        return Samples(
            torch.from_numpy(inputs.astype(np.float32)).to(device),
            torch.from_numpy(loaded.labels[pool]).to(device),
            torch.from_numpy(np.searchsorted(pool, np.stack(train))).to(device),
            torch.from_numpy(np.searchsorted(pool, np.stack(test))).to(device),
        )


class _Loaded(NamedTuple):
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    train_count: int
    mean: NDArray[np.float64]
    """Of each feature over all images, divided by 255."""
    deviation: NDArray[np.float64]


@lru_cache(maxsize=1)
def _load(folder: str) -> _Loaded:
    images, labels, train_count = read_folder(Path(folder))
    total, squares = np.zeros(PIXELS), np.zeros(PIXELS)
    for start in range(0, len(images), 1000):
        some = images[start : start + 1000] / 255
        total += some.sum(axis=0)
        squares += (some**2).sum(axis=0)
    mean = total / len(images)
    return _Loaded(images, labels, train_count, mean, np.sqrt(squares / len(images) - mean**2))


def _at_most(limit: int | None, count: int) -> int:
    return count if limit is None else min(limit, count)
