"""Synthetic images of CIFAR-10's shape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from refute.experiment import Replicates
from refute.lab.bench.data import Data, Samples, split, standardised
from refute.lab.bench.kinds import Count

SIDE, CHANNELS = 32, 3


@dataclass(frozen=True)
class Images(Data):
    """Colour images of CIFAR-10's shape: 32 x 32 pixels in three channels, from 0 to 255.

    Like natural images they are smooth: their amplitude spectrum falls as 1/f (Field 1987).  Each
    image is the pattern of its class plus noise, both with that spectrum and with correlated
    channels.  Mean 120 and standard deviation 64 are those of CIFAR-10.  Like a downloaded data
    set, the images are the same for every seed; replicates draw their split.

    Args:
        scaling: "0 to 1" divides by 255; "standardised" gives each feature mean 0 and variance 1.
        train_count: number of training images.
        test_count: number of test images.
    """

    scaling: Literal["0 to 1", "standardised"] = "0 to 1"
    train_count: Count = 2000
    test_count: Count = 400

    @property
    def features(self) -> int:
        return SIDE * SIDE * CHANNELS

    @property
    def classes(self) -> int:
        return 10

    @property
    def differences(self) -> list[str]:
        scaling = "0 to 1" if self.scaling == "0 to 1" else "standardised"
        return [f"CIFAR-10-shaped images ({scaling})"]

    def draw(self, replicates: Replicates) -> Samples:
        inputs, labels = _scaled_images(self.scaling, self.train_count + self.test_count)
        return split(inputs, labels, self.train_count, self.test_count, replicates)


@lru_cache(maxsize=4)
def _scaled_images(scaling: str, count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    images, labels = natural_images(count)
    inputs = images / 255
    if scaling == "standardised":
        inputs = standardised(inputs)
    return inputs.astype(np.float32), labels


def natural_images(count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Make images (count, 3072), in CIFAR-10's order (channel, row, column), and their classes."""
    generator = np.random.default_rng(np.random.SeedSequence([32, 32, 3]))
    labels = generator.integers(10, size=count)
    by_class = _pink(generator, 10)[labels]
    images = np.sqrt(0.2) * by_class + np.sqrt(0.8) * _pink(generator, count)
    pixels = np.clip(np.rint(120 + 64 * images), 0, 255).astype(np.uint8)
    return pixels.reshape(count, -1), labels


def _pink(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Draw noise (count, 3, 32, 32): amplitude 1/f, variance about 1, channels correlated 0.9."""
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    amplitude = 1 / np.maximum(frequency, 1 / SIDE)
    shape = (count, 1 + CHANNELS, SIDE, SIDE)
    white = np.fft.rfft2(generator.standard_normal(shape))
    noise = np.fft.irfft2(white * amplitude, s=(SIDE, SIDE))
    noise /= noise.std()
    shared, own = noise[:, :1], noise[:, 1:]
    channels: NDArray[np.float64] = np.sqrt(0.9) * shared + np.sqrt(0.1) * own
    return channels
