"""Activations drawn: the function around the points at which a check evaluated it.

The curve is computed by torch in the format of those points, so that what rounds there rounds in
the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from refute.lab.bench.activations import LEAKY_SLOPE, activation_module, activation_words
from refute.quantity import Series

Floats = NDArray[np.float64]

Of = Literal["output", "derivative"]

POINTS = 97
"""Points of a curve: one in three pixels of the narrowest picture."""

AROUND = 3.0
"""A curve shows at least the inputs from -3 to 3, where most activations bend."""

BEYOND = 1.15
"""It goes on a little beyond the outermost point."""

DECADES = 1e-3
"""Positive values want a log axis if the least is below this share of the greatest."""


def activation_curve(
    activation: str,
    at: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    of: Of = "output",
    slope: float = LEAKY_SLOPE,
) -> Series:
    """An activation around some inputs, which are marked.

    Args:
        activation: a key of :data:`refute.lab.bench.activations.ACTIVATIONS`.
        at: the inputs at which the check looked.
        dtype: the format in which everything is computed.
        of: whether its output or its derivative is drawn.
        slope: of a leaky ReLU for negative inputs.

    Returns:
        A series of one row; values that overflow are infinite, undefined ones NaN.
    """
    largest = torch.finfo(dtype).max
    low = max(-largest, min(-AROUND, BEYOND * min(at)))
    high = min(largest, max(AROUND, BEYOND * max(at)))
    shares = np.linspace(0, 1, POINTS)
    x = low * (1 - shares) + high * shares  # low and high may be too far apart to subtract
    curve = _evaluated(activation, x, dtype, of, slope)
    points = _evaluated(activation, np.array(at), dtype, of, slope)
    positive = curve[np.isfinite(curve) & (curve > 0)]
    decades = bool(len(positive)) and positive.min() < DECADES * positive.max()
    words = activation_words(activation, slope)
    format = str(dtype).removeprefix("torch.")
    return Series(
        words if of == "output" else f"derivative of {words}",
        "function",
        f"input ({format})",
        of,
        x,
        curve[None],
        log_y=bool(decades and (curve[np.isfinite(curve)] >= 0).all()),
        marks=tuple((float(a), float(b)) for a, b in zip(at, points, strict=True)),
    )


def _evaluated(activation: str, inputs: Floats, dtype: torch.dtype, of: Of, slope: float) -> Floats:
    leaf = torch.tensor(inputs, dtype=dtype).requires_grad_()
    # An activation in place may not overwrite a leaf; adding nothing makes a node of it.
    out = activation_module(activation, slope)(leaf + 0)
    if of == "output":
        return _floats(out.detach())
    return _floats(torch.autograd.grad(out.sum(), leaf)[0])


def _floats(tensor: torch.Tensor) -> Floats:
    return np.asarray(tensor.double().numpy(), dtype=np.float64)
