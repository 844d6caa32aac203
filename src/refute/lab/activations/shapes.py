"""The shape of an activation: how far down it goes, and whether it or a derivative jumps at 0."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.lab.activations.numbers import DTYPES
from refute.lab.bench.activations import activation_module

STEEPEST = 1.5
"""Bound of the derivatives of the activations here next to 0 (ELU with alpha 1, softplus, SELU)."""


@dataclass(frozen=True)
class Depth:
    """A level below 0 that an activation may or may not get down to.

    Args:
        activation: a name in :data:`refute.lab.bench.activations.ACTIVATIONS`.
        level: positive; the activation is asked for less than minus this.
        alpha: of ELU, minus its least output in real analysis.
        dtype: a key of :data:`refute.lab.activations.numbers.DTYPES`.
    """

    activation: str
    level: float
    alpha: float = 1.0
    dtype: str = "float32"

    @property
    def said(self) -> str:
        return f"not below −{self.level:g}"

    def reached(self) -> bool:
        """Whether the output at the most negative finite number lies below the level."""
        lowest = torch.tensor([torch.finfo(DTYPES[self.dtype]).min], dtype=DTYPES[self.dtype])
        with torch.no_grad():
            return float(_module(self.activation, self.alpha)(lowest)) < -self.level


def depths(
    activation: str, dtype: str = "float32", alphas: st.SearchStrategy[float] | None = None
) -> st.SearchStrategy[Depth]:
    """Levels from 10 to a million, all of them below minus alpha; ``alphas`` from 0.1 to 5."""
    return st.builds(
        Depth,
        activation=st.just(activation),
        level=st.floats(10, 1e6),
        alpha=st.just(1.0) if alphas is None else alphas,
        dtype=st.just(dtype),
    )


@dataclass(frozen=True)
class AcrossZero:
    """Two inputs, as far above 0 as below it, at which an activation is compared.

    Args:
        activation: a name in :data:`refute.lab.bench.activations.ACTIVATIONS`.
        distance: of either input from 0.
        derivative: which derivative is compared; 0 is the function itself.
        alpha: of ELU.
    """

    activation: str
    distance: float
    derivative: int = 0
    alpha: float = 1.0

    @property
    def said(self) -> str:
        alpha = f", α = {self.alpha:.3g}" if self.activation == "elu" else ""
        return f"x = ±{self.distance:.3g}{alpha}"

    def jumps(self) -> bool:
        """Whether the two values lie further apart than any slope of it can bring them.

        A function whose slope is at most 1.5 changes by three times the distance at most.
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
    """Pairs of inputs a millionth to a thousandth from 0."""
    return st.builds(
        AcrossZero,
        activation=st.just(activation),
        distance=st.floats(1e-6, 1e-3),
        derivative=st.just(derivative),
        alpha=st.just(1.0) if alphas is None else alphas,
    )


OTHER_ALPHAS = st.floats(0.1, 0.9) | st.floats(1.1, 5)
"""ELU's alpha where it is not 1, its default."""


def _module(activation: str, alpha: float) -> nn.Module:
    return nn.ELU(alpha) if activation == "elu" else activation_module(activation)
