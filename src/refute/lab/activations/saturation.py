"""Where an activation saturates: its slope is nearly zero there."""

from __future__ import annotations

from hypothesis import strategies as st

from refute.lab.activations.numbers import Number, derivative, numbers

FAR = 10
"""Distance from zero beyond which sigmoid and tanh are flat; pre-activations of a network whose
weights have grown get there."""

_BESIDE_ZERO = 1 / 64


def far_from_zero() -> st.SearchStrategy[Number]:
    """Draw float64 numbers from 10 to 100, of either sign."""
    return numbers("float64", FAR, 100) | numbers("float64", -100, -FAR)


def slope_left(activation: str, number: Number) -> float:
    """The activation's slope at a number over its slope just above zero."""
    usual = derivative(activation, Number(_BESIDE_ZERO, "float64"))
    return derivative(activation, number) / usual
