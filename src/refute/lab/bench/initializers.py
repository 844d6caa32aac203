"""Initializers of weights and biases: frozen descriptions that draw from a numpy generator.

``draw(generator, fan_in, fan_out)`` returns an array of shape (fan_in, fan_out).  Initializers
with the same ``law`` draw the same underlying numbers from the same generator, so that arms that
differ only in scale stay paired.

Sources: Glorot & Bengio 2010 (eq. 12, 16), He et al. 2015 (eq. 10), LeCun et al. 1998 (4.6),
Saxe et al. 2014 (orthogonal), Martens 2010 (5, sparse).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import NonNegative, Positive, Share

Weights = NDArray[np.float32]


class Initializer(Description, ABC):
    """Draws the weights of one layer of one replicate."""

    @abstractmethod
    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        """Draw weights of shape (fan_in, fan_out)."""

    @property
    @abstractmethod
    def words(self) -> str:
        """The initializer in a few words that can precede "weights"."""


@dataclass(frozen=True)
class VarianceScaling(Initializer):
    """Weights of variance ``scale / fan``.

    He is ``scale`` 2 with ``fan`` "in", Glorot 1 with "average", LeCun 1 with "in".

    Args:
        scale: numerator of the variance.
        fan: denominator: fan_in, or the mean of fan_in and fan_out.
        law: distribution.  "truncated" is a normal cut at two standard deviations and rescaled to
            keep the variance; "coin" is plus or minus one standard deviation.
    """

    scale: Positive = 2.0
    fan: Literal["in", "average"] = "in"
    law: Literal["normal", "uniform", "truncated", "laplace", "coin"] = "normal"

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return the standard deviation of a weight."""
        fan = fan_in if self.fan == "in" else (fan_in + fan_out) / 2
        return sqrt(self.scale / fan)

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        std = np.float32(self.std(fan_in, fan_out))
        shape = (fan_in, fan_out)
        if self.law == "uniform":
            return (2 * generator.random(shape, dtype=np.float32) - 1) * (std * np.float32(sqrt(3)))
        if self.law == "laplace":
            return generator.laplace(scale=sqrt(1 / 2), size=shape).astype(np.float32) * std
        if self.law == "coin":
            return np.where(generator.random(shape) < 1 / 2, -std, std)
        draws = generator.standard_normal(shape, dtype=np.float32)
        if self.law == "normal":
            return draws * std
        while (outside := np.abs(draws) > 2).any():
            draws[outside] = generator.standard_normal(int(outside.sum()), dtype=np.float32)
        return draws * (std / np.float32(_TRUNCATED_STD))

    @property
    def words(self) -> str:
        families = {(2.0, "in"): "He", (1.0, "average"): "Glorot", (1.0, "in"): "LeCun"}
        family = families.get((self.scale, self.fan))
        if family is None:
            fan = "fan_in" if self.fan == "in" else "mean fan"
            family = f"variance {self.scale:g} / {fan}"
        return f"{family} {self.law}"


_TRUNCATED_STD = 0.8796256610342398
"""Standard deviation of a standard normal that is cut at two standard deviations."""


@dataclass(frozen=True)
class Normal(Initializer):
    """N(mean, std²) for a layer of any size."""

    std: NonNegative
    mean: float = 0.0

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        draws = generator.standard_normal((fan_in, fan_out), dtype=np.float32)
        return draws * np.float32(self.std) + np.float32(self.mean)

    @property
    def words(self) -> str:
        return f"N({self.mean:g}, {self.std:g}²)"


@dataclass(frozen=True)
class FanInUniform(Initializer):
    """Uniform within ±1/sqrt(fan_in): the default of ``torch.nn.Linear``, for biases too."""

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        bound = np.float32(1 / sqrt(fan_in))
        return (2 * generator.random((fan_in, fan_out), dtype=np.float32) - 1) * bound

    @property
    def words(self) -> str:
        return "uniform ±1/√fan_in"


@dataclass(frozen=True)
class Constant(Initializer):
    """The same value everywhere."""

    value: float = 0.0

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        return np.full((fan_in, fan_out), self.value, dtype=np.float32)

    @property
    def words(self) -> str:
        return "zero" if self.value == 0 else f"constant {self.value:g}"


@dataclass(frozen=True)
class Orthogonal(Initializer):
    """A random matrix with orthonormal rows or columns, times ``gain``."""

    gain: float = 1.0

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        tall = generator.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
        # torch's, not numpy's, because it respects the worker's limit of one thread.
        q, r = torch.linalg.qr(torch.from_numpy(tall))
        q = q * r.diagonal().sign()  # makes the distribution uniform (Haar)
        matrix = q if fan_in >= fan_out else q.T
        return np.ascontiguousarray((self.gain * matrix).numpy(), dtype=np.float32)

    @property
    def words(self) -> str:
        return "orthogonal" + ("" if self.gain == 1 else f" (gain {self.gain:g})")


@dataclass(frozen=True)
class OneValue(Initializer):
    """All weights of a layer equal to the first one that ``law`` draws."""

    law: Initializer = VarianceScaling()

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        return np.full_like(drawn := self.law.draw(generator, fan_in, fan_out), drawn[0, 0])

    @property
    def words(self) -> str:
        return f"one {self.law.words} value for all"


@dataclass(frozen=True)
class Shifted(Initializer):
    """``law`` with ``by`` added to every weight, so that the mean is not zero."""

    law: Initializer
    by: float

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        return self.law.draw(generator, fan_in, fan_out) + np.float32(self.by)

    @property
    def words(self) -> str:
        return f"{self.law.words} shifted by {self.by:g}"


@dataclass(frozen=True)
class Nudged(Initializer):
    """``law`` with ``by`` added to one weight: from the first input to the first unit."""

    law: Initializer
    by: float

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        weights = self.law.draw(generator, fan_in, fan_out)
        weights[0, 0] += np.float32(self.by)
        return weights

    @property
    def words(self) -> str:
        return f"{self.law.words} (one nudged by {self.by:g})"


@dataclass(frozen=True)
class Sparse(Initializer):
    """``law`` with each weight kept with probability ``density`` and set to zero otherwise."""

    law: Initializer = VarianceScaling()
    density: Share = 0.1

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
        weights = self.law.draw(generator, fan_in, fan_out)
        kept = generator.random(weights.shape) < self.density
        return np.where(kept, weights, np.float32(0))

    @property
    def words(self) -> str:
        return f"{self.law.words}, {self.density:.0%} dense"


HE_NORMAL = VarianceScaling(2.0, "in", "normal")
HE_UNIFORM = VarianceScaling(2.0, "in", "uniform")
GLOROT_NORMAL = VarianceScaling(1.0, "average", "normal")
GLOROT_UNIFORM = VarianceScaling(1.0, "average", "uniform")
LECUN_NORMAL = VarianceScaling(1.0, "in", "normal")
LECUN_UNIFORM = VarianceScaling(1.0, "in", "uniform")
ZEROS = Constant(0.0)
