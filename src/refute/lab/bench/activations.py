"""Activation functions by name, as torch implements them.

Claims name activations in words.  Each word stands for torch's own module, so that claims check
the code that people run.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, NamedTuple

from torch import nn

from refute.lab.bench.kinds import among

LEAKY_SLOPE = 0.01
"""Default slope of leaky ReLU for negative inputs, as in torch."""


class Activation(NamedTuple):
    """An activation function: its name for readers, and torch's module with its defaults."""

    words: str
    module: Callable[[], nn.Module]


ACTIVATIONS = {
    "identity": Activation("no activation", nn.Identity),
    "relu": Activation("ReLU", nn.ReLU),
    "leaky relu": Activation("leaky ReLU", partial(nn.LeakyReLU, LEAKY_SLOPE)),
    "prelu": Activation("PReLU", nn.PReLU),
    "rrelu": Activation("RReLU", nn.RReLU),
    "elu": Activation("ELU", nn.ELU),
    "selu": Activation("SELU", nn.SELU),
    "selu in place": Activation("SELU in place", partial(nn.SELU, inplace=True)),
    "gelu": Activation("GELU", nn.GELU),
    "silu": Activation("SiLU", nn.SiLU),
    "mish": Activation("Mish", nn.Mish),
    "tanh": Activation("tanh", nn.Tanh),
    "sigmoid": Activation("sigmoid", nn.Sigmoid),
    "softplus": Activation("softplus", nn.Softplus),
    "glu": Activation("GLU", nn.GLU),
    "softmax": Activation("softmax", partial(nn.Softmax, -1)),
}
"""Activations by name."""

ActivationName = Annotated[str, among(ACTIVATIONS)]


def activation_module(name: str, slope: float = LEAKY_SLOPE) -> nn.Module:
    """Return a fresh module for an activation.

    Args:
        name: a key of ``ACTIVATIONS``.
        slope: slope of leaky ReLU for negative inputs; other activations ignore it.

    Raises:
        ValueError: no activation has that name.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"no activation {name!r}: there are {', '.join(ACTIVATIONS)}")
    return nn.LeakyReLU(slope) if name == "leaky relu" else ACTIVATIONS[name].module()


def activation_words(name: str, slope: float = LEAKY_SLOPE) -> str:
    """Return the activation's name for readers, with the slope if it is not torch's default."""
    chosen = name == "leaky relu" and slope != LEAKY_SLOPE
    return ACTIVATIONS[name].words + (f" of slope {slope:g}" if chosen else "")
