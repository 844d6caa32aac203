"""Activations at single numbers: values and derivatives exactly as torch computes them.

A function of real analysis and its floating-point version differ at the ends: 1 + e^x rounds to
1, e^x to 0.  The domains below say, from the number format alone, where the two must agree, so
that a claim can be judged there and again on every finite number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, floor, fsum, log
from typing import Literal

import numpy as np
import torch
from hypothesis import strategies as st
from torch import Tensor

from refute.lab.bench.activations import LEAKY_SLOPE, activation_module
from refute.lab.bench.curves import activation_curve
from refute.sketch import sketch

DTYPES = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
}

USUAL = 100
"""Few pre-activations are larger than this."""

# Hypothesis has no bfloat16: a float32 cut short is one.
_WIDTHS: dict[str, Literal[16, 32, 64]] = {
    "float16": 16,
    "bfloat16": 32,
    "float32": 32,
    "float64": 64,
}


@dataclass(frozen=True)
class Number:
    """A finite number and the format in which torch holds it, which represents it exactly."""

    value: float
    dtype: str = "float32"

    @property
    def said(self) -> str:
        return f"x = {self.value:.6g}".replace("-", "−")

    def tensor(self) -> Tensor:
        """Shape (1,)."""
        return torch.tensor([self.value], dtype=DTYPES[self.dtype])


def numbers(
    dtype: str, low: float | None = None, high: float | None = None, *, zero: bool = True
) -> st.SearchStrategy[Number]:
    """Every finite number of a format from ``low`` to ``high``, subnormals included.

    A third of those drawn are of a layer's usual magnitude (sixteenths up to 100), where floats
    drawn by their bits rarely fall; a third are the two ends, which some versions of Hypothesis
    hardly ever draw.

    Args:
        dtype: a key of ``DTYPES``.
        low: least number; by default there is none.
        high: largest number; by default there is none.
        zero: whether 0 is among them.
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
    """Those whose exponential is a normal number of the format: nothing underflows."""
    return numbers(dtype, low=log(torch.finfo(DTYPES[dtype]).tiny))


def numbers_short_of_rounding(activation: str, dtype: str) -> st.SearchStrategy[Number]:
    """Those for which sigmoid or tanh differs from 0, 1 and -1 by more than rounding can hide.

    What separates sigmoid(x) from its limits is about e^-|x|, tanh(x) about 2 e^-2|x|; it is to
    be at least the format's spacing at 1.
    """
    spacing = torch.finfo(DTYPES[dtype]).eps
    furthest = {"sigmoid": -log(spacing), "tanh": log(2 / spacing) / 2}[activation]
    return numbers(dtype, -furthest, furthest)


def value(activation: str, number: Number) -> float:
    """The activation of a number."""
    sketch(lambda: activation_curve(activation, [number.value], dtype=DTYPES[number.dtype]))
    with torch.no_grad():
        return float(activation_module(activation)(number.tensor()))


def derivative(activation: str, number: Number, slope: float = LEAKY_SLOPE) -> float:
    """The derivative at a number, as back-propagation computes it; ``slope`` is a leaky ReLU's."""
    dtype = DTYPES[number.dtype]
    sketch(
        lambda: activation_curve(
            activation, [number.value], dtype=dtype, of="derivative", slope=slope
        )
    )
    leaf = number.tensor().requires_grad_()
    # An activation in place may not overwrite a leaf; adding nothing makes a node of it.
    module = activation_module(activation, slope)
    (gradient,) = torch.autograd.grad(module(leaf + 0).sum(), leaf)
    return float(gradient)


@dataclass(frozen=True)
class Block:
    """What a layer hands to its activation: ``samples`` rows of ``units`` standard normals."""

    samples: int
    units: int
    seed: int

    def tensor(self) -> Tensor:
        """Shape (samples, units)."""
        generator = torch.Generator().manual_seed(self.seed)
        return torch.randn(self.samples, self.units, generator=generator)

    def widened(self, times: int) -> Block:
        """What a layer of ``times`` as many units hands on."""
        return replace(self, units=times * self.units)


def blocks(*, even: bool = False) -> st.SearchStrategy[Block]:
    """Blocks of up to 64 samples and 256 units; with ``even``, the number of units is even."""
    units = st.integers(1, 128).map(lambda half: 2 * half) if even else st.integers(1, 256)
    return st.builds(Block, st.integers(1, 64), units, st.integers(0, 2**32 - 1))


def outputs(activation: str, block: Block) -> Tensor:
    """The activation of a block.

    Raises:
        RuntimeError: torch cannot apply it to a block of this shape.
    """
    with torch.no_grad():
        output: Tensor = activation_module(activation)(block.tensor())
    return output


@dataclass(frozen=True)
class Mirrored:
    """Pre-activations that come in pairs, as far above ``centre`` as below it.

    Those of a unit whose inputs are symmetric about their mean; ``centre`` is the unit's mean.
    """

    centre: float
    distances: tuple[float, ...]

    def tensor(self) -> Tensor:
        """Shape (2, pairs), float64."""
        distances = torch.tensor(self.distances, dtype=torch.float64)
        return torch.stack([self.centre + distances, self.centre - distances])


def mirrored(centres: st.SearchStrategy[float]) -> st.SearchStrategy[Mirrored]:
    """Up to 20 pairs around a centre."""
    distances = st.lists(st.floats(0, 5), min_size=1, max_size=20)
    return st.builds(Mirrored, centres, distances.map(tuple))


@dataclass(frozen=True)
class Gaussian:
    """Pre-activations of a normal law, as its quantiles at the middles of a thousand equal parts.

    Args:
        mean: of the law.
        deviation: its standard deviation.
    """

    mean: float
    deviation: float

    @property
    def said(self) -> str:
        return f"mean {self.mean:.3g}, deviation {self.deviation:.3g}".replace("-", "−")

    def tensor(self) -> Tensor:
        """Shape (1000,), float64."""
        shares = (torch.arange(1000, dtype=torch.float64) + 0.5) / 1000
        quantiles: Tensor = torch.special.ndtri(shares)
        return self.mean + self.deviation * quantiles


def gaussians(least: float, most: float) -> st.SearchStrategy[Gaussian]:
    """Deviations from 0.5 to 2, and means from ``least`` to ``most`` of those."""

    def law(deviation: float, mean: float) -> Gaussian:
        return Gaussian(mean * deviation, deviation)

    return st.builds(law, st.floats(0.5, 2), st.floats(least, most))


def mean_output(activation: str, inputs: Mirrored | Gaussian) -> float:
    """The mean of the activation over the inputs, without rounding in the sum."""
    into = inputs.tensor()
    sketch(lambda: activation_curve(activation, into.flatten().tolist(), dtype=into.dtype))
    values = activation_module(activation)(into).flatten().tolist()
    return fsum(values) / len(values)


@dataclass(frozen=True)
class Scores:
    """The scores of the classes for one input: what an output layer's activation is given."""

    values: tuple[float, ...]

    def tensor(self) -> Tensor:
        """Shape (1, classes), float32."""
        return torch.tensor([self.values], dtype=torch.float32)


def scores(classes: int = 100, largest: float = 1e4) -> st.SearchStrategy[Scores]:
    """Scores of 2 to ``classes`` classes, of magnitude at most ``largest``, ties among them."""
    score = st.floats(-largest, largest, width=32) | st.integers(-3, 3).map(float)
    many = st.lists(score, min_size=2, max_size=classes)
    return many.map(lambda values: Scores(tuple(values)))


def probabilities(activation: str, scored: Scores) -> list[float]:
    """What an output activation makes of scores: ``softmax`` over them, others one by one."""
    output = activation_module(activation)(scored.tensor())
    return [float(probability) for probability in output[0]]


def rounding_of_a_sum(terms: int) -> float:
    """How far float32 shares may sum from 1: (terms + 4) spacings at 1.

    Summing n positive terms in any order errs by at most n spacings (Higham, Accuracy and
    Stability of Numerical Algorithms, 2002, 4.2); exponential and division add the rest.
    """
    return (terms + 4) * float(torch.finfo(torch.float32).eps)


def _inwards(bound: float, whole: Callable[[float], int]) -> float:
    """The bound, or a number next to it within, that every format represents."""
    scale = 64 if abs(bound) <= 8 else 1
    return whole(bound * scale) / scale


def _truncated(value: float) -> float:
    """A float32 to the bfloat16 next to it on the side of zero: the lower half of it cut off."""
    bits = np.float32(value).view(np.uint32) & np.uint32(0xFFFF0000)
    return float(bits.view(np.float32))
