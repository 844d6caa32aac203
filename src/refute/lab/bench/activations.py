"""Activation functions by name, as torch has them.

A claim names its activation in words; here the word becomes torch's own module, so that what is
checked is what people run.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import nn

LEAKY_SLOPE = 0.01
"""A leaky ReLU's slope for negative inputs, where none is chosen: torch's default."""

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "leaky relu": nn.LeakyReLU,
    "prelu": nn.PReLU,
    "rrelu": nn.RReLU,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "selu in place": partial(nn.SELU, inplace=True),
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "softplus": nn.Softplus,
    "glu": nn.GLU,
}
"""Constructors by name, each with torch's defaults."""


def activation_module(name: str, slope: float = LEAKY_SLOPE) -> nn.Module:
    """A fresh module for an activation.

    Args:
        name: a key of ``ACTIVATIONS``.
        slope: of a leaky ReLU for negative inputs; no other activation has one to choose.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"no activation {name!r}: there are {', '.join(ACTIVATIONS)}")
    return nn.LeakyReLU(slope) if name == "leaky relu" else ACTIVATIONS[name]()


def activation_words(name: str, slope: float = LEAKY_SLOPE) -> str:
    """The activation as a reader would call it, with the slope where it is not torch's own."""
    words = {"relu": "ReLU", "leaky relu": "leaky ReLU", "prelu": "PReLU", "rrelu": "RReLU"}
    words |= {"elu": "ELU", "selu": "SELU", "selu in place": "SELU in place", "gelu": "GELU"}
    words |= {"silu": "SiLU", "mish": "Mish", "glu": "GLU", "identity": "no activation"}
    chosen = name == "leaky relu" and slope != LEAKY_SLOPE
    return words.get(name, name) + (f" of slope {slope:g}" if chosen else "")
