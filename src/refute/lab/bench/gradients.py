"""Gradients of parameters."""

from __future__ import annotations

from torch import Tensor


def gradient_of(parameter: Tensor) -> Tensor:
    """Return the gradient that back-propagation has written to a parameter, or will."""
    assert parameter.grad is not None, "it has no gradient"
    return parameter.grad
