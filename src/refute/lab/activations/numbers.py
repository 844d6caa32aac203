"""Activations at single numbers: values and derivatives exactly as torch computes them.

A real function and its floating-point version differ where rounding or underflow sets in: 1 + e^x
becomes 1, e^x becomes 0.  The domains below are derived from the number format alone and cover the
inputs for which the two must agree; a claim can be judged on them and on all finite numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, floor, fsum, log
from typing import Annotated, Literal

import numpy as np
import torch
from hypothesis import strategies as st
from torch import Tensor

from refute.lab.bench.activations import LEAKY_SLOPE, activation_module
from refute.lab.bench.curves import activation_curve
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, NonNegative, Positive, among
from refute.lab.bench.random_numbers import SeededNumbers
from refute.lab.bench.saying import listed
from refute.plurals import counted
from refute.sketch import sketch

DTYPES = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
}
Format = Annotated[str, among(DTYPES)]

USUAL = 100
"""Pre-activations are rarely larger than this."""

# Hypothesis has no bfloat16; a truncated float32 is one.
_WIDTHS: dict[str, Literal[16, 32, 64]] = {
    "float16": 16,
    "bfloat16": 32,
    "float32": 32,
    "float64": 64,
}


@dataclass(frozen=True)
class Number(Description):
    """A finite number and a floating-point format that represents it exactly."""

    value: float
    dtype: Format = "float32"

    @property
    def said(self) -> str:
        return f"x = {self.value:.6g}".replace("-", "−")

    def tensor(self) -> Tensor:
        """The number as a tensor of shape (1,)."""
        return torch.tensor([self.value], dtype=DTYPES[self.dtype])


def numbers(
    dtype: str, low: float | None = None, high: float | None = None, *, zero: bool = True
) -> st.SearchStrategy[Number]:
    """Draw finite numbers of a format from ``low`` to ``high``, subnormals included.

    A third are multiples of 1/16 up to 100, the usual size of pre-activations, which floats drawn
    by their bits rarely have.  Another third are the two ends, which some versions of Hypothesis
    hardly ever draw.

    Args:
        dtype: a key of ``DTYPES``.
        low: the smallest number; unbounded by default.
        high: the largest number; unbounded by default.
        zero: whether 0 may be drawn.
    """
    limits = torch.finfo(DTYPES[dtype])
    low = limits.min if low is None else _inwards(low, ceil)
    high = limits.max if high is None else _inwards(high, floor)
    floats = st.floats(low, high, width=_WIDTHS[dtype])
    least, most = ceil(16 * max(low, -USUAL)), floor(16 * min(high, USUAL))
    usual = st.integers(least, most).map(lambda sixteenths: sixteenths / 16)
    any_of = floats | usual | st.sampled_from([low, high])
    drawn = any_of.map(_truncated) if dtype == "bfloat16" else any_of
    if not zero:
        drawn = drawn.filter(lambda value: value != 0)
    return drawn.map(lambda value: Number(float(value), dtype))


def numbers_above_underflow(dtype: str) -> st.SearchStrategy[Number]:
    """Draw numbers whose exponential does not underflow: it is a normal number of the format."""
    return numbers(dtype, low=log(torch.finfo(DTYPES[dtype]).tiny))


def numbers_short_of_rounding(activation: str, dtype: str) -> st.SearchStrategy[Number]:
    """Draw numbers at which rounding cannot take sigmoid or tanh to its limits.

    The distance to the nearer limit is about e^-|x| for sigmoid and 2 e^-2|x| for tanh.  It is at
    least the format's spacing at 1 for all numbers drawn.
    """
    spacing = torch.finfo(DTYPES[dtype]).eps
    furthest = {"sigmoid": -log(spacing), "tanh": log(2 / spacing) / 2}[activation]
    return numbers(dtype, -furthest, furthest)


def value(activation: str, number: Number) -> float:
    """The activation's value at a number."""
    sketch(lambda: activation_curve(activation, [number.value], dtype=DTYPES[number.dtype]))
    with torch.no_grad():
        return float(activation_module(activation)(number.tensor()))


def derivative(activation: str, number: Number, slope: float = LEAKY_SLOPE) -> float:
    """The activation's derivative at a number, by backpropagation; ``slope`` is a leaky ReLU's."""
    dtype = DTYPES[number.dtype]
    sketch(
        lambda: activation_curve(
            activation, [number.value], dtype=dtype, of="derivative", slope=slope
        )
    )
    leaf = number.tensor().requires_grad_()
    # Adding 0 makes a non-leaf of the leaf, which an in-place activation may not overwrite.
    module = activation_module(activation, slope)
    (gradient,) = torch.autograd.grad(module(leaf + 0).sum(), leaf)
    return float(gradient)


@dataclass(frozen=True)
class Block(Description):
    """Pre-activations of a layer: ``samples`` rows of ``units`` standard normal numbers."""

    samples: Count
    units: Count
    seed: Natural

    @property
    def said(self) -> str:
        return f"a layer of {counted(self.units, 'unit')}, {counted(self.samples, 'sample')}"

    def tensor(self) -> Tensor:
        """The block as a tensor of shape (samples, units)."""
        return SeededNumbers(self.seed, torch.float32).normal(self.samples, self.units)

    def widened(self, times: int) -> Block:
        """The same block with ``times`` as many units."""
        return replace(self, units=times * self.units)


def blocks(*, even: bool = False) -> st.SearchStrategy[Block]:
    """Draw blocks of up to 64 samples and 256 units, an even number of them if ``even``."""
    units = st.integers(1, 128).map(lambda half: 2 * half) if even else st.integers(1, 256)
    return st.builds(Block, st.integers(1, 64), units, st.integers(0, 2**32 - 1))


def outputs(activation: str, block: Block) -> Tensor:
    """The activation's outputs for a block.

    Raises:
        RuntimeError: torch cannot apply the activation to a block of this shape.
    """
    with torch.no_grad():
        output: Tensor = activation_module(activation)(block.tensor())
    return output


@dataclass(frozen=True)
class Mirrored(Description):
    """Pre-activations in pairs, one as far above ``centre`` as the other is below it.

    They stand for a unit whose pre-activations are distributed symmetrically about ``centre``.
    """

    centre: float
    distances: tuple[NonNegative, ...]

    @property
    def said(self) -> str:
        return f"inputs around {listed([self.centre])}, at distances of {listed(self.distances)}"

    def tensor(self) -> Tensor:
        """The pre-activations, shape (2, pairs), float64."""
        distances = torch.tensor(self.distances, dtype=torch.float64)
        return torch.stack([self.centre + distances, self.centre - distances])


def mirrored(centres: st.SearchStrategy[float]) -> st.SearchStrategy[Mirrored]:
    """Draw up to 20 pairs around a centre."""
    distances = st.lists(st.floats(0, 5), min_size=1, max_size=20)
    return st.builds(Mirrored, centres, distances.map(tuple))


@dataclass(frozen=True)
class Gaussian(Description):
    """Normally distributed pre-activations: the quantiles at (k + 1/2) / 1000, k = 0..999.

    Args:
        mean: of the distribution.
        deviation: the standard deviation.
    """

    mean: float
    deviation: Positive

    @property
    def said(self) -> str:
        return f"mean {self.mean:.3g}, deviation {self.deviation:.3g}".replace("-", "−")

    def tensor(self) -> Tensor:
        """The quantiles, shape (1000,), float64."""
        shares = (torch.arange(1000, dtype=torch.float64) + 0.5) / 1000
        quantiles: Tensor = torch.special.ndtri(shares)
        return self.mean + self.deviation * quantiles


def gaussians(least: float, most: float) -> st.SearchStrategy[Gaussian]:
    """Draw Gaussians of deviation 0.5 to 2, whose mean is ``least`` to ``most`` deviations."""

    def law(deviation: float, mean: float) -> Gaussian:
        return Gaussian(mean * deviation, deviation)

    return st.builds(law, st.floats(0.5, 2), st.floats(least, most))


def mean_output(activation: str, inputs: Mirrored | Gaussian) -> float:
    """The mean of the activation over the inputs, summed without rounding."""
    z = inputs.tensor()
    sketch(lambda: activation_curve(activation, z.flatten().tolist(), dtype=z.dtype))
    values = activation_module(activation)(z).flatten().tolist()
    return fsum(values) / len(values)


@dataclass(frozen=True)
class Scores(Description):
    """The class scores of one input, before the output layer's activation."""

    values: tuple[float, ...]

    @property
    def said(self) -> str:
        return f"scores {listed(self.values)}"

    def tensor(self) -> Tensor:
        """The scores as a tensor of shape (1, classes), float32."""
        return torch.tensor([self.values], dtype=torch.float32)


def scores(classes: int = 100, largest: float = 1e4) -> st.SearchStrategy[Scores]:
    """Draw scores of 2 to ``classes`` classes, at most ``largest`` in size, sometimes with ties."""
    score = st.floats(-largest, largest, width=32) | st.integers(-3, 3).map(float)
    score_lists = st.lists(score, min_size=2, max_size=classes)
    return score_lists.map(lambda values: Scores(tuple(values)))


def probabilities(activation: str, scored: Scores) -> list[float]:
    """The outputs of an output activation for scores, as a list of one number per class."""
    output = activation_module(activation)(scored.tensor())
    return [float(probability) for probability in output[0]]


def rounding_of_a_sum(terms: int) -> float:
    """How far the sum of a float32 softmax may be from 1: (terms + 4) spacings at 1.

    The sum of n positive terms is off by at most n spacings, in any order (Higham, Accuracy and
    Stability of Numerical Algorithms, 2002, 4.2); the exponential and the division add the rest.
    """
    return (terms + 4) * float(torch.finfo(torch.float32).eps)


def _inwards(bound: float, whole: Callable[[float], int]) -> float:
    """``bound``, rounded inwards by ``whole`` to a number that every format represents."""
    scale = 64 if abs(bound) <= 8 else 1
    return whole(bound * scale) / scale


def _truncated(value: float) -> float:
    """A float32 rounded towards zero to a bfloat16: the lower 16 bits are cut off."""
    bits = np.float32(value).view(np.uint32) & np.uint32(0xFFFF0000)
    return float(bits.view(np.float32))
