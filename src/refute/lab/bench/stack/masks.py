"""Dropout masks of stacked replicates, each drawn from the replicate's own generator.

``torch.nn.Dropout`` draws a 32-bit number for every unit with ``bernoulli_``, which costs more than
the matrix products of a network of width 100.  Here every 64-bit word of a replicate's generator
decides four units: a unit is dropped if its 16 bits, read as an integer, are below
``rate * 2**16``, rounded.  The rate is therefore exact to within 2**-17 = 7.6e-6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np
import torch
from numpy.typing import NDArray

from refute.experiment import Replicates
from refute.lab.bench.networks import Network
from refute.lab.bench.stack.elementwise import SELU_ALPHA, SELU_SCALE

LEVELS = 1 << 16
"""Number of values of 16 bits."""

BLOCK = 16
"""Training steps whose masks are drawn together."""

ALPHA = -SELU_ALPHA * SELU_SCALE
"""The value of a dropped SELU unit: the limit of SELU at minus infinity."""


def draw_keep(
    generator: np.random.Generator, rate: float, shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Return an array that is true where a unit is kept, with probability ``1 - rate``."""
    count = int(np.prod(shape))
    words = generator.bit_generator.random_raw(-(-count // 4))
    return (words.view(np.uint16)[:count] >= round(rate * LEVELS)).reshape(shape)


class Drop:
    """The dropout of one layer at one step: multiplies by ``scale`` and adds ``added``, if any.

    Both have the memory layout of activations, (R, units, B).  ``drop(h)`` takes activations h of
    the usual shape, (R, B, units).
    """

    __slots__ = ("added", "scale")

    def __init__(self, scale: torch.Tensor, added: torch.Tensor | None = None) -> None:
        self.scale, self.added = scale, added

    def __call__(self, h: torch.Tensor) -> torch.Tensor:
        if self.added is None:
            return h * self.scale.mT
        return torch.addcmul(self.added.mT, h, self.scale.mT)

    def forward(self, h: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
        """Apply dropout to h (R, units, B), and write the result to ``out``."""
        torch.mul(h, self.scale, out=out)
        return out if self.added is None else out.add_(self.added)

    def backward(self, gradient: torch.Tensor) -> torch.Tensor:
        """Return the gradient (R, units, B) before dropout, overwriting the one after it."""
        return gradient.mul_(self.scale)


def dropout_masks(
    network: Network,
    replicates: Replicates,
    batch: int,
    *,
    purpose: str = "masks",
    block: int = BLOCK,
) -> Iterator[Sequence[Drop] | None]:
    """Yield the dropout of every hidden layer, step by step, without end.

    Each step overwrites the tensors of the one before.

    Args:
        network: the network; without dropout or hidden layers, every step is ``None``.
        replicates: the replicates, which draw from ``generator(k, purpose)``.
        batch: samples in a minibatch.
        purpose: name of the random stream.
        block: steps that are drawn together; other values give other masks.
    """
    if not network.dropout or not network.hidden:
        while True:
            yield None
    generators = [replicates.generator(k, purpose) for k in replicates]
    count, device = len(generators), replicates.device
    keep = [np.empty((block, count, units, batch), dtype=np.bool_) for units in network.hidden]
    drops = [
        _drop(network, torch.empty(count, units, batch, device=device)) for units in network.hidden
    ]
    while True:
        for layer, units in zip(keep, network.hidden, strict=True):
            for at, generator in enumerate(generators):
                layer[:, at] = draw_keep(generator, network.dropout, (block, units, batch))
        for step in range(block):
            for drop, layer in zip(drops, keep, strict=True):
                # As bytes, because torch converts booleans slowly.
                _set(drop, torch.from_numpy(layer[step].view(np.uint8)), network)
            yield drops


def _drop(network: Network, scale: torch.Tensor) -> Drop:
    standard = network.dropout_kind == "standard"
    return Drop(scale, None if standard else torch.empty_like(scale))


def _set(drop: Drop, keep: torch.Tensor, network: Network) -> None:
    rate = network.dropout
    drop.scale.copy_(keep)
    if drop.added is None:
        drop.scale.mul_(1 / (1 - rate))
        return
    # Klambauer et al. 2017: a (h m + alpha (1 - m)) + b, where a and b restore mean 0, variance 1.
    a = 1 / sqrt((ALPHA**2 * rate + 1) * (1 - rate))
    torch.mul(drop.scale, -a * ALPHA, out=drop.added).add_(a * ALPHA * (1 - rate))
    drop.scale.mul_(a)
