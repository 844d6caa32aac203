"""The real CIFAR-10, read from its binary files (Krizhevsky 2009), if a run is given them.

With ``refute run --cifar FOLDER``, claims that ask for :func:`real_or` run on these images; without
it, they run on the stand-in that they name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from refute.experiment import Replicates
from refute.lab.bench.data import Data, Samples
from refute.lab.bench.kinds import Count

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
    """CIFAR-10 is missing or broken; one line says where, and what to do."""


class _Run:
    """The folder of this run; global because a claim's conditions are built on import."""

    folder: Path | None = None


def use(folder: Path | None) -> None:
    """Make claims run on the images in a folder, or with ``None`` on their stand-ins.

    Raises:
        CifarError: the folder or a file is missing, or a file is broken.
    """
    if folder is not None:
        folder = folder.absolute()
        read_folder(folder)
    _Run.folder = folder


def real_or(stand_in: Data, scaling: Scaling) -> Data:
    """Return the real images if the run was given them, and the stand-in otherwise.

    Args:
        stand_in: data of CIFAR-10's shape; each replicate draws as many real images as it has.
        scaling: how the real images are scaled, as in :class:`Cifar10`.
    """
    if _Run.folder is None:
        return stand_in
    return Cifar10(str(_Run.folder), scaling, stand_in.train_count, stand_in.test_count)


def read_batch(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read images (n, 3072) and labels (n,) from one file, which has 1 + 3,072 bytes per image.

    Raises:
        CifarError: the file is missing, cut short, empty or in another format.
    """
    try:
        raw = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise CifarError(f"{path}: cannot be read ({error.strerror}): {_ADVICE}") from None
    if raw.size == 0 or raw.size % RECORD:
        raise CifarError(
            f"{path}: {raw.size} bytes are not a whole number of {RECORD}-byte images, "
            f"so it is cut short or not a CIFAR-10 file: {_ADVICE}"
        )
    records = raw.reshape(-1, RECORD)
    labels = records[:, 0].astype(np.int64)
    if labels.max() > 9:
        at = int(np.argmax(labels > 9))
        raise CifarError(
            f"{path}: image {at} has label {labels[at]}, but CIFAR-10's end at 9: {_ADVICE}"
        )
    return records[:, 1:], labels


def read_folder(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64], int]:
    """Read all images, training images first, their labels, and the number of training images.

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
    """CIFAR-10 from a folder of its binary files, with its own split.

    Each replicate draws its own order of the training images.

    Args:
        folder: holds ``data_batch_1.bin`` to ``data_batch_5.bin`` and ``test_batch.bin``.
        scaling: "0 to 1" divides by 255; "standardised" gives each feature mean 0 and variance 1
            over all images.
        limit: number of training images that each replicate draws; ``None`` for all.
        test_limit: number of test images that each replicate draws; ``None`` for all.
    """

    folder: str
    scaling: Scaling = "0 to 1"
    limit: Count | None = None
    test_limit: Count | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are read; a measurement is repeated if any of them has changed."""
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
        # Convert only the images that a replicate uses: as float32, all of them take 700 MB.
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
    """Mean of each feature over all images, divided by 255."""
    deviation: NDArray[np.float64]
    """Standard deviation of the same."""


@lru_cache(maxsize=1)
def _load(folder: str) -> _Loaded:
    images, labels, train_count = read_folder(Path(folder))
    total, squares = np.zeros(PIXELS), np.zeros(PIXELS)
    for start in range(0, len(images), 1000):
        block = images[start : start + 1000] / 255
        total += block.sum(axis=0)
        squares += (block**2).sum(axis=0)
    mean = total / len(images)
    return _Loaded(images, labels, train_count, mean, np.sqrt(squares / len(images) - mean**2))


def _at_most(limit: int | None, count: int) -> int:
    return count if limit is None else min(limit, count)
