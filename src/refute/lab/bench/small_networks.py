"""Single small networks with their inputs, for properties that are searched for.

Hypothesis draws thousands of them: a :class:`SmallNetwork` is one line of code, so that a
counterexample can be replayed.  Each phenomenon has strategies of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from refute.lab.bench.description import Description
from refute.lab.bench.device import one_thread
from refute.lab.bench.networks import Network
from refute.quantity import Replicates

_GLOBAL_GENERATOR = RLock()


@contextmanager
def torch_seeded(seed: int) -> Iterator[None]:
    """Seed torch's global generator, which is where its dropout draws masks; restore it after.

    One thread at a time: the generator is the whole process's.
    """
    with _GLOBAL_GENERATOR, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


@dataclass(frozen=True, repr=False)
class SmallNetwork(Description):
    """A network with its inputs and everything random about it.

    Args:
        network: what it is.
        seed: fixes its weights and inputs, and dropout masks where it is used as a seed for them.
        samples: number of inputs.
        scaling: "standard normal" draws every input from N(0, 1); "raw" draws it evenly between
            0 and 1, as pixels are; "standardised" are those with mean 0 and variance 1 in every
            feature.
    """

    network: Network
    seed: int
    samples: int = 16
    scaling: Literal["standard normal", "standardised", "raw"] = "standard normal"

    @property
    def said(self) -> str:
        """Units of each layer, and whatever else its reader has to know."""
        units = "-".join(map(str, self.network.sizes))
        differences = self.network.differences_beside_units
        words = f" with {' and '.join(differences)}" if differences else ""
        inputs = "" if self.scaling == "standard normal" else f", {self.scaling} inputs"
        return f"a {units} network{words}{inputs}"

    def build(self, dtype: torch.dtype = torch.float32) -> nn.Sequential:
        """The network in torch's own modules, in training mode."""
        return self.network.module(self._replicate, 0, dtype)

    def inputs(self, dtype: torch.dtype = torch.float32, *, purpose: str = "inputs") -> Tensor:
        """Inputs, shape (samples, network.inputs); another ``purpose`` gives others."""
        generator, shape = self.generator(purpose), (self.samples, self.network.inputs)
        if self.scaling == "standard normal":
            return torch.from_numpy(generator.standard_normal(shape)).to(dtype)
        inputs = torch.from_numpy(generator.random(shape))
        if self.scaling == "standardised":
            inputs = (inputs - inputs.mean(0)) / inputs.std(0, correction=0)
        return inputs.to(dtype)

    def generator(self, purpose: str) -> np.random.Generator:
        """Random numbers for one purpose, independent of those for any other."""
        return self._replicate.generator(0, purpose)

    @property
    def _replicate(self) -> Replicates:
        return Replicates(0, 1, self.seed)


def passes(network: nn.Module, inputs: Tensor, count: int, seed: int) -> Tensor:
    """Outputs of ``count`` passes, shape (count, samples, outputs), in the network's own mode."""
    with one_thread(), torch_seeded(seed), torch.no_grad():
        return torch.stack([network(inputs) for _ in range(count)])


def identical(left: Tensor, right: Tensor) -> bool:
    """Whether two tensors agree bit for bit in every element (NaN nowhere)."""
    return torch.equal(left, right)
