"""Networks with dropout as torch's own modules, for properties of single networks.

The specifications are frozen and their repr is code, so that a counterexample can be replayed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock

import torch
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

_GLOBAL_GENERATOR = RLock()


@contextmanager
def torch_seeded(seed: int) -> Iterator[None]:
    """Seed torch's global generator, which is where its dropout draws masks; restore it after.

    One thread at a time: the generator is the whole process's.
    """
    with _GLOBAL_GENERATOR, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


@dataclass(frozen=True)
class DropoutNetwork:
    """Dense ReLU layers, each followed by dropout; weights and inputs drawn from ``seed``.

    Args:
        features: size of an input.
        hidden: units of each hidden layer.
        classes: number of outputs, which are scores (no softmax).
        rate: probability that dropout zeroes a unit.
        seed: of weights and inputs.
        samples: number of inputs.
        batch_norm: whether each hidden layer normalizes its batch, before the ReLU.
    """

    features: int
    hidden: tuple[int, ...]
    classes: int
    rate: float
    seed: int
    samples: int = 16
    batch_norm: bool = False

    def build(self) -> nn.Sequential:
        """The network, with He's weights and small biases, in training mode."""
        with torch_seeded(self.seed):
            layers: list[nn.Module] = []
            fan_in = self.features
            for units in self.hidden:
                layers.append(_linear(fan_in, units))
                if self.batch_norm:
                    layers.append(nn.BatchNorm1d(units))
                layers += [nn.ReLU(), nn.Dropout(self.rate)]
                fan_in = units
            return nn.Sequential(*layers, _linear(fan_in, self.classes))

    def inputs(self) -> Tensor:
        """Standard normal inputs, shape (samples, features)."""
        with torch_seeded(self.seed + 1):
            return torch.randn(self.samples, self.features)


def _linear(fan_in: int, units: int) -> nn.Linear:
    layer = nn.Linear(fan_in, units)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    nn.init.normal_(layer.bias, std=0.1)
    return layer


class UnflaggedDropout(nn.Module):
    """Dropout as a bare function call, whose ``training`` flag somebody forgot to pass."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, inputs: Tensor) -> Tensor:
        """Zero units whatever the mode of the network: the function's flag defaults to True."""
        return functional.dropout(inputs, self.rate)


def without_dropout(network: nn.Sequential) -> nn.Sequential:
    """The same layers, sharing their parameters, less the dropout layers."""
    return nn.Sequential(*(layer for layer in network if not isinstance(layer, nn.Dropout)))


def with_unflagged_dropout(network: nn.Sequential) -> nn.Sequential:
    """The same layers, sharing their parameters, dropout called as a function without its flag."""
    return nn.Sequential(
        *(UnflaggedDropout(one.p) if isinstance(one, nn.Dropout) else one for one in network)
    )


def as_built(network: nn.Sequential) -> nn.Sequential:
    """The network itself: the other side of ``with_unflagged_dropout``."""
    return network


def identical(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors agree bit for bit in every element (NaN nowhere)."""
    return torch.equal(one, other)


def hands_on_its_input(network: nn.Sequential, inputs: Tensor, seed: int) -> bool:
    """Whether every dropout layer returns what it is given: the same memory, not a copy."""
    signal, untouched = inputs, True
    with torch_seeded(seed), torch.no_grad():
        for layer in network:
            before, signal = signal, layer(signal)
            if isinstance(layer, nn.Dropout):
                untouched &= signal.data_ptr() == before.data_ptr()
    return untouched


def dropout_networks(*, batch_norm: bool = False) -> st.SearchStrategy[DropoutNetwork]:
    """One to four hidden layers of 16 to 128 units, rates 0.1 to 0.8.

    Wide enough that two passes never agree by chance: at least 16 units times 16 samples are
    masked, about half of them above zero, and masks of 128 elements at rate 0.1 are equal with
    probability 0.82 to the power 128, below 1e-10.
    """
    return st.builds(
        DropoutNetwork,
        features=st.integers(8, 64),
        hidden=st.lists(st.integers(16, 128), min_size=1, max_size=4).map(tuple),
        classes=st.integers(2, 10),
        rate=st.sampled_from((0.1, 0.2, 0.3, 0.5, 0.8)),
        seed=st.integers(0, 2**31),
        batch_norm=st.just(batch_norm),
    )


def tiny_dropout_networks() -> st.SearchStrategy[DropoutNetwork]:
    """At most ten hidden units, one input: all 1024 masks can be enumerated."""
    return st.builds(
        DropoutNetwork,
        features=st.integers(2, 8),
        hidden=st.lists(st.integers(2, 5), min_size=1, max_size=2).map(tuple),
        classes=st.integers(2, 4),
        rate=st.sampled_from((0.1, 0.2, 0.3, 0.5)),
        seed=st.integers(0, 2**31),
        samples=st.just(1),
    )


def dropout_only(network: nn.Module) -> nn.Module:
    """Switch dropout on and everything else to prediction: what Monte Carlo dropout asks for."""
    network.eval()
    for layer in network.modules():
        if isinstance(layer, nn.Dropout):
            layer.train()
    return network
