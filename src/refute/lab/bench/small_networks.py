"""Small networks with their inputs, for searches.

Hypothesis draws thousands of them.  The repr of a :class:`SmallNetwork` is one line of code, so
that a counterexample can be replayed.  Each phenomenon has its own strategies.
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

from refute.experiment import Replicates
from refute.lab.bench.description import Description
from refute.lab.bench.device import one_thread
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.networks import Network

_GLOBAL_GENERATOR = RLock()


@contextmanager
def torch_seeded(seed: int) -> Iterator[None]:
    """Seed torch's global generator, from which torch's dropout draws masks, and restore it after.

    Only one thread at a time enters, because the process has only one such generator.
    """
    with _GLOBAL_GENERATOR, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


@dataclass(frozen=True, repr=False)
class SmallNetwork(Description):
    """A network with its inputs and the seed of everything random.

    Args:
        network: description of the network.
        seed: seed of the weights and inputs, and of dropout masks where a check uses it so.
        samples: number of input samples.
        scaling: "standard normal" draws inputs from N(0, 1); "raw" draws them uniformly between 0
            and 1, like pixels; "standardised" scales the raw ones to mean 0 and variance 1 in
            every feature.
    """

    network: Network
    seed: Natural
    samples: Count = 16
    scaling: Literal["standard normal", "standardised", "raw"] = "standard normal"

    @property
    def said(self) -> str:
        """The units of each layer, and how the network and its inputs differ from the usual."""
        units = "-".join(map(str, self.network.sizes))
        differences = self.network.differences_except_units
        words = f" with {' and '.join(differences)}" if differences else ""
        inputs = "" if self.scaling == "standard normal" else f", {self.scaling} inputs"
        return f"a network of {units} units{words}{inputs}"

    def build(self, dtype: torch.dtype = torch.float32) -> nn.Sequential:
        """Build the network from torch's own modules, in training mode."""
        return self.network.module(self._replicate, 0, dtype)

    def inputs(self, dtype: torch.dtype = torch.float32, *, purpose: str = "inputs") -> Tensor:
        """Draw inputs (samples, network.inputs); each ``purpose`` has its own."""
        generator, shape = self.generator(purpose), (self.samples, self.network.inputs)
        if self.scaling == "standard normal":
            return torch.from_numpy(generator.standard_normal(shape)).to(dtype)
        inputs = torch.from_numpy(generator.random(shape))
        if self.scaling == "standardised":
            inputs = (inputs - inputs.mean(0)) / inputs.std(0, correction=0)
        return inputs.to(dtype)

    def generator(self, purpose: str) -> np.random.Generator:
        """Return the generator for one purpose; different purposes are independent."""
        return self._replicate.generator(0, purpose)

    @property
    def _replicate(self) -> Replicates:
        return Replicates(0, 1, self.seed)


def passes(network: nn.Module, inputs: Tensor, count: int, seed: int) -> Tensor:
    """Return the outputs (count, samples, outputs) of several passes in the network's own mode."""
    with one_thread(), torch_seeded(seed), torch.no_grad():
        return torch.stack([network(inputs) for _ in range(count)])


def identical(left: Tensor, right: Tensor) -> bool:
    """Whether two tensors are equal in every element; NaN equals nothing."""
    return torch.equal(left, right)
