"""Bytes that a network's weights take in several storage formats."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Replicates
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, Share
from refute.lab.bench.networks import Network
from refute.quantity import Recorded

Weights = NDArray[np.float32]
Format = Literal[
    "a dense tensor",
    "COO, 64-bit indices",
    "CSR, 64-bit indices",
    "CSR, 32-bit indices",
    "a bitmap that marks the nonzero weights, and these weights",
    "a compressed file",
]

STORED = Network(inputs=784, hidden=(100,))
"""A typical first network for MNIST."""


def _left(weights: Weights) -> int:
    return int(np.count_nonzero(weights))


def dense(weights: Weights) -> int:
    """Four bytes for every weight, zero or not."""
    return weights.nbytes


def coordinates(weights: Weights) -> int:
    """Row, column and value of each nonzero weight, as in torch's and TensorFlow's COO."""
    return _left(weights) * (8 + 8 + 4)


def rows(weights: Weights, index: int) -> int:
    """Column and value of each nonzero weight, and where each row starts; ``index`` bytes each."""
    return _left(weights) * (index + 4) + (len(weights) + 1) * index


def bitmap(weights: Weights) -> int:
    """A bit for every weight, and the value of each nonzero weight."""
    return len(np.packbits(weights != 0)) + _left(weights) * 4


def compressed(weights: Weights) -> int:
    """The dense tensor compressed by zlib, as in gzip, zip and ``numpy.savez_compressed`` files."""
    return len(zlib.compress(weights.tobytes()))


BYTES: dict[Format, Callable[[Weights], int]] = {
    "a dense tensor": dense,
    "COO, 64-bit indices": coordinates,
    "CSR, 64-bit indices": lambda weights: rows(weights, 8),
    "CSR, 32-bit indices": lambda weights: rows(weights, 4),
    "a bitmap that marks the nonzero weights, and these weights": bitmap,
    "a compressed file": compressed,
}


@dataclass(frozen=True)
class Storing(Description, Experiment):
    """A 784-100-10 network with the smallest weights of every layer zeroed, in every format.

    Records for each format, under its name, its bytes over those of the dense tensor.  Weights are
    drawn by He initialization.  Their values matter only for the compressed file, where the bits of
    trained and untrained weights are equally close to random.
    """

    zeros: Share
    chunk: Count = 8
    stream: Natural = 0

    def run(self, replicates: Replicates) -> Record:
        shares = np.array([self._shares(replicates, k) for k in replicates])
        return Record({name: Sample.exactly(shares[:, at]) for at, name in enumerate(BYTES)})

    def _shares(self, replicates: Replicates, replicate: int) -> list[float]:
        layers = [
            zero_smallest(weights, self.zeros) for weights, _ in STORED.draw(replicates, replicate)
        ]
        full = sum(map(dense, layers))
        return [sum(map(count, layers)) / full for count in BYTES.values()]


def zero_smallest(weights: Weights, share: float) -> Weights:
    """A copy whose smallest ``share`` of the weights is set to zero."""
    copy = weights.copy()
    order = np.argsort(np.abs(weights), axis=None)
    copy.flat[order[: round(share * weights.size)]] = 0
    return copy


def memory(stored: Format, *, zeros: float) -> Recorded:
    """Bytes of a pruned network in a storage format, over those of the dense network."""
    given = f"as {stored} with {zeros:.0%} zeros"
    return Recorded(Storing(zeros), stored, "share of the dense network's memory", given)
