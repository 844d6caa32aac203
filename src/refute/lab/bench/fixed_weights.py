"""Initial weights from a formula: unequal, but without random numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from refute.lab.bench.initializers import Initializer


@dataclass(frozen=True)
class Sines(Initializer):
    """Sines of 1, 2, 3, ..., row by row, scaled from their variance 1/2 to He's."""

    def draw(
        self, generator: np.random.Generator, fan_in: int, fan_out: int
    ) -> NDArray[np.float32]:
        count = np.arange(1, fan_in * fan_out + 1, dtype=np.float64)
        return (sqrt(4 / fan_in) * np.sin(count)).reshape(fan_in, fan_out).astype(np.float32)

    @property
    def words(self) -> str:
        return "sine-of-a-counter"


@dataclass(frozen=True)
class Cosines(Initializer):
    """The upper left part of the orthonormal cosine transform's matrix, scaled to He's variance.

    Zhao et al. (2022) similarly fill layers from the identity and a Hadamard matrix.
    """

    def draw(
        self, generator: np.random.Generator, fan_in: int, fan_out: int
    ) -> NDArray[np.float32]:
        size = max(fan_in, fan_out)
        transform = dct(np.eye(size), norm="ortho")[:fan_in, :fan_out]
        return np.asarray(sqrt(2 * size / fan_in) * transform, dtype=np.float32)

    @property
    def words(self) -> str:
        return "cosine-transform"
