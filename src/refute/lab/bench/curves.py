"""Plots of activations around the inputs at which a check evaluated them.

Torch computes the curve in the same floating-point format as the check, so that the picture shows
the same rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from refute.experiment import Series
from refute.lab.bench.activations import LEAKY_SLOPE, activation_module, activation_words

Floats = NDArray[np.float64]

Of = Literal["output", "derivative"]

POINTS = 97
"""Points of a curve: one for every three pixels of the narrowest picture."""

AROUND = 3.0
"""A curve covers at least the inputs from -3 to 3, where most activations bend."""

BEYOND = 1.15
"""A curve extends a little beyond the outermost marked point."""

DECADES = 1e-3
"""Positive values get a log axis if the smallest is below this share of the largest."""


def activation_curve(
    activation: str,
    at: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    of: Of = "output",
    slope: float = LEAKY_SLOPE,
) -> Series:
    """Return an activation's curve, with some inputs marked.

    Args:
        activation: a key of :data:`refute.lab.bench.activations.ACTIVATIONS`.
        at: the inputs to mark, where the check evaluated it.
        dtype: the floating-point format of the computation.
        of: whether to plot the output or the derivative.
        slope: slope of leaky ReLU for negative inputs.

    Returns:
        A series of one row, in which overflow is infinite and undefined values are NaN.
    """
    largest = torch.finfo(dtype).max
    low = max(-largest, min(-AROUND, BEYOND * min(at)))
    high = min(largest, max(AROUND, BEYOND * max(at)))
    shares = np.linspace(0, 1, POINTS)
    x = low * (1 - shares) + high * shares  # low and high may be too far apart to subtract
    curve = _evaluate(activation, x, dtype, of, slope)
    points = _evaluate(activation, np.array(at), dtype, of, slope)
    positive = curve[np.isfinite(curve) & (curve > 0)]
    spans_decades = bool(len(positive)) and positive.min() < DECADES * positive.max()
    words = activation_words(activation, slope)
    precision = str(dtype).removeprefix("torch.")
    return Series(
        words if of == "output" else f"derivative of {words}",
        "function",
        f"input ({precision})",
        of,
        x,
        curve[None],
        log_y=bool(spans_decades and (curve[np.isfinite(curve)] >= 0).all()),
        marks=tuple((float(a), float(b)) for a, b in zip(at, points, strict=True)),
    )


def _evaluate(activation: str, inputs: Floats, dtype: torch.dtype, of: Of, slope: float) -> Floats:
    leaf = torch.tensor(inputs, dtype=dtype).requires_grad_()
    # An in-place activation must not overwrite a leaf; adding 0 makes a node that it may.
    out = activation_module(activation, slope)(leaf + 0)
    if of == "output":
        return _floats(out.detach())
    return _floats(torch.autograd.grad(out.sum(), leaf)[0])


def _floats(tensor: torch.Tensor) -> Floats:
    return np.asarray(tensor.double().numpy(), dtype=np.float64)
