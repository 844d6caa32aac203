"""Dropout masks of stacked replicates, each from the replicate's own random numbers.

``torch.nn.Dropout`` draws one 32-bit number per unit with ``bernoulli_``, which costs more than
the matrix products of a network of width 100.  Here every 64-bit word of a replicate's
generator decides four units: a unit is dropped when its 16 bits, read as an integer, are below
``rate * 2**16`` rounded.  The rate is therefore met to within 2**-17 = 7.6e-6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np
import torch
from numpy.typing import NDArray

from refute.lab.networks import Network
from refute.quantity import Replicates

LEVELS = 1 << 16
BLOCK = 32
"""Steps whose masks are drawn at a time in training."""

ALPHA = -1.7580993408473766
"""What a dropped SELU unit is set to: the function's limit at minus infinity."""


def draw_keep(
    generator: np.random.Generator, rate: float, shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """True where a unit is kept, with probability 1 - rate."""
    count = int(np.prod(shape))
    words = generator.bit_generator.random_raw(-(-count // 4))
    return (words.view(np.uint16)[:count] >= round(rate * LEVELS)).reshape(shape)


class Drop:
    """One layer's dropout for one step: ``drop(h)`` for activations h of shape (R, B, units)."""

    __slots__ = ("added", "scale")

    def __init__(self, scale: torch.Tensor, added: torch.Tensor | None = None) -> None:
        self.scale, self.added = scale, added

    def __call__(self, h: torch.Tensor) -> torch.Tensor:
        return h * self.scale if self.added is None else torch.addcmul(self.added, h, self.scale)


def dropout_masks(
    network: Network,
    replicates: Replicates,
    batch: int,
    *,
    purpose: str = "masks",
    block: int = BLOCK,
    dtype: torch.dtype = torch.float32,
) -> Iterator[Sequence[Drop] | None]:
    """Per step the dropout of every hidden layer, without end; ``None`` where there is none.

    ``block`` steps are drawn at a time; it is part of what fixes the numbers.
    """
    if not network.dropout or not network.hidden:
        while True:
            yield None
    generators = [replicates.generator(k, purpose) for k in replicates]
    while True:
        layers = []
        for units in network.hidden:
            keep = np.empty((block, len(generators), batch, units), dtype=np.bool_)
            for at, generator in enumerate(generators):
                keep[:, at] = draw_keep(generator, network.dropout, (block, batch, units))
            layers.append(_drops(network, torch.from_numpy(keep).to(replicates.device), dtype))
        yield from zip(*layers, strict=True)


def _drops(network: Network, keep: torch.Tensor, dtype: torch.dtype) -> list[Drop]:
    rate = network.dropout
    kept = keep.to(dtype)
    if network.dropout_kind == "standard":
        return [Drop(scale) for scale in kept.div_(1 - rate).unbind(0)]
    # Klambauer et al. 2017: a (h m + alpha (1 - m)) + b, with a, b restoring mean 0, variance 1.
    a = 1 / sqrt((ALPHA**2 * rate + 1) * (1 - rate))
    added = (1 - kept).mul_(a * ALPHA).sub_(a * ALPHA * rate)
    pairs = zip(kept.mul_(a).unbind(0), added.unbind(0), strict=True)
    return [Drop(scale, add) for scale, add in pairs]
