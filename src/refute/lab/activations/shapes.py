"""The shape of an activation: how far down it goes, where it jumps, and whether it ever falls."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.lab.activations.numbers import DTYPES, Format
from refute.lab.bench.activations import ActivationName, activation_module
from refute.lab.bench.curves import activation_curve
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Natural, Positive
from refute.sketch import sketch

STEEPEST = 1.5
"""Bound on the mean slope across 0 of the activations here, and of their continuous derivatives.

The activations are ELU with alpha 1, softplus and SELU.
"""


ROUND_OFF = 1e-12
"""Above float64's round-off in outputs of at most 15."""


@dataclass(frozen=True)
class Depth(Description):
    """A level below 0 that an activation may or may not reach.

    Args:
        activation: a name in :data:`refute.lab.bench.activations.ACTIVATIONS`.
        level: positive; reached if the activation takes a value below minus this.
        alpha: of ELU, which decreases to minus alpha.
        dtype: a key of :data:`refute.lab.activations.numbers.DTYPES`.
    """

    activation: ActivationName
    level: Positive
    alpha: Positive = 1.0
    dtype: Format = "float32"

    @property
    def said(self) -> str:
        return f"no output below −{self.level:g}"

    def reached(self) -> bool:
        """Whether the output at the most negative finite number is below minus the level."""
        lowest = torch.tensor([torch.finfo(DTYPES[self.dtype]).min], dtype=DTYPES[self.dtype])
        with torch.no_grad():
            return float(_module(self.activation, self.alpha)(lowest)) < -self.level


def depths(
    activation: str, dtype: str = "float32", alphas: st.SearchStrategy[float] | None = None
) -> st.SearchStrategy[Depth]:
    """Draw levels from 10 to a million; ELU's alpha is 1 or drawn from ``alphas``."""
    return st.builds(
        Depth,
        activation=st.just(activation),
        level=st.floats(10, 1e6),
        alpha=st.just(1.0) if alphas is None else alphas,
        dtype=st.just(dtype),
    )


@dataclass(frozen=True)
class AcrossZero(Description):
    """Two inputs at the same distance on either side of 0, at which an activation is compared.

    Args:
        activation: a name in :data:`refute.lab.bench.activations.ACTIVATIONS`.
        distance: of each input from 0.
        derivative: order of the derivative to compare; 0 is the function itself.
        alpha: of ELU.
    """

    activation: ActivationName
    distance: Positive
    derivative: Natural = 0
    alpha: Positive = 1.0

    @property
    def said(self) -> str:
        alpha = f", α = {self.alpha:.3g}" if self.activation == "elu" else ""
        return f"x = ±{self.distance:.3g}{alpha}"

    def jumps(self) -> bool:
        """Whether the two values differ by more than a slope of ``STEEPEST`` can explain.

        The inputs are twice the distance apart, so a continuous function with mean slope at most
        1.5 changes by at most three times the distance.
        """
        below, above = self._values()
        return abs(above - below) > 2 * STEEPEST * self.distance

    def _values(self) -> list[float]:
        inputs = torch.tensor([-self.distance, self.distance], dtype=torch.float64)
        inputs.requires_grad_()
        values: Tensor = _module(self.activation, self.alpha)(inputs)
        for _ in range(self.derivative):
            if not values.requires_grad:  # piecewise linear: the derivative is constant
                return [0.0, 0.0]
            (values,) = torch.autograd.grad(values.sum(), inputs, create_graph=True)
        return [float(value) for value in values.detach()]


def across_zero(
    activation: str, derivative: int = 0, alphas: st.SearchStrategy[float] | None = None
) -> st.SearchStrategy[AcrossZero]:
    """Draw pairs of inputs at distances from 1e-6 to 1e-3."""
    return st.builds(
        AcrossZero,
        activation=st.just(activation),
        distance=st.floats(1e-6, 1e-3),
        derivative=st.just(derivative),
        alpha=st.just(1.0) if alphas is None else alphas,
    )


@dataclass(frozen=True)
class Ascent(Description):
    """Two inputs, the second larger than the first, at which an activation is compared.

    Args:
        activation: a name in :data:`refute.lab.bench.activations.ACTIVATIONS`.
        start: the smaller input.
        step: from it to the larger one, positive.
    """

    activation: ActivationName
    start: float
    step: Positive

    @property
    def said(self) -> str:
        return f"x = {self.start:.3g} and {self.start + self.step:.3g}".replace("-", "−")

    def falls(self) -> bool:
        """Whether the output at the larger input is below that at the smaller one, in float64."""
        inputs = [self.start, self.start + self.step]
        sketch(lambda: activation_curve(self.activation, inputs, dtype=torch.float64))
        with torch.no_grad():
            values = activation_module(self.activation)(torch.tensor(inputs, dtype=torch.float64))
        return float(values[1]) < float(values[0]) - ROUND_OFF


def ascents(activation: str) -> st.SearchStrategy[Ascent]:
    """Draw inputs from -5 to 5, and steps upwards of up to 5."""
    return st.builds(
        Ascent,
        activation=st.just(activation),
        start=st.floats(-5, 5),
        step=st.floats(1 / 64, 5),
    )


OTHER_ALPHAS = st.floats(0.1, 0.9) | st.floats(1.1, 5)
"""Values of ELU's alpha other than 1, the default."""


def _module(activation: str, alpha: float) -> nn.Module:
    return nn.ELU(alpha) if activation == "elu" else activation_module(activation)
