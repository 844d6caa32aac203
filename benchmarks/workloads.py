"""What the lab's benchmark trains: four networks on scikit-learn's digits, all 64 pixels.

All with SGD with momentum 0.9 and a fresh minibatch for every replicate and step, in float32.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from refute.experiment import Replicates
from refute.lab.bench.data import Samples, split
from refute.lab.bench.networks import Network

TRAIN, TEST = 1437, 360
MOMENTUM = 0.9


@dataclass(frozen=True)
class Workload:
    """Attributes:

    name: a letter.
    network: what is trained.
    batch: samples in a minibatch.
    steps: minibatches that one replicate trains.
    chunk: replicates that the lab trains at once.
    lr: learning rate.
    """

    name: str
    network: Network
    batch: int
    steps: int
    chunk: int
    lr: float

    @property
    def words(self) -> str:
        units, times = self.network.hidden[0], len(self.network.hidden)
        hidden = "-".join([str(units)] * times) if times < 4 else f"{times}x{units}"
        activation = {"relu": "ReLU", "elu": "ELU"}[self.network.activation]
        words = f"{self.network.inputs}-{hidden}-10, {activation}, batches of {self.batch}"
        if self.network.dropout:
            words += f", dropout {self.network.dropout:g}"
        if self.network.normalization:
            words += ", batch normalization"
        return words

    @property
    def flops(self) -> float:
        """Floating-point operations of one step of one replicate, in matrix products alone.

        Forward, gradient of the weights, and, but for the first layer, of the layer's input.
        """
        per_layer = [2 * fan_in * fan_out * self.batch for fan_in, fan_out in self.network.fans]
        return float(3 * sum(per_layer) - per_layer[0])


_SMALL = Workload("S", Network(64, hidden=(100, 100)), 32, 660, 16, 0.01)
_DEEP = Workload("D", Network(64, hidden=(100,) * 20, activation="elu"), 64, 88, 8, 0.001)

WORKLOADS = {
    workload.name: workload
    for workload in (
        _SMALL,
        _DEEP,
        replace(_SMALL, name="R", network=replace(_SMALL.network, dropout=0.5)),
        replace(_DEEP, name="N", network=replace(_DEEP.network, normalization="batch")),
    )
}


@cache
def digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """All images, every pixel that varies standardised, and their labels."""
    images, labels = load_digits(return_X_y=True)
    spread = images.std(axis=0)
    scaled = (images - images.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return scaled.astype(np.float32), labels.astype(np.int64)


def samples(replicates: Replicates) -> Samples:
    """The digits, split anew for every replicate."""
    images, labels = digits()
    return split(images, labels, TRAIN, TEST, replicates)


def tensors() -> tuple[torch.Tensor, torch.Tensor]:
    """The digits for a loop of torch's."""
    images, labels = digits()
    return torch.from_numpy(images), torch.from_numpy(labels)
