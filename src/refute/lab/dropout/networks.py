"""Networks with dropout, without it, and with dropout whose training flag was forgotten."""

from __future__ import annotations

from collections.abc import Callable

import torch
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from refute.lab.bench.initializers import Normal
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork, torch_seeded

RATES = (0.1, 0.2, 0.3, 0.5, 0.8)


class UnflaggedDropout(nn.Module):
    """Dropout as a function call to which nobody passes the ``training`` flag."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, inputs: Tensor) -> Tensor:
        """Drop in training and in evaluation mode: the function's flag defaults to True."""
        return functional.dropout(inputs, self.rate)


def without_dropout(network: nn.Sequential) -> nn.Sequential:
    """The network without its dropout layers; parameters are shared."""
    return nn.Sequential(*(layer for layer in network if not isinstance(layer, nn.Dropout)))


def with_unflagged_dropout(network: nn.Sequential) -> nn.Sequential:
    """The network with :class:`UnflaggedDropout` for its dropout; parameters are shared."""
    return with_dropout(network, UnflaggedDropout)


def with_dropout(network: nn.Sequential, kind: Callable[[float], nn.Module]) -> nn.Sequential:
    """The network with another ``kind`` of dropout at the same rate; parameters are shared."""
    return nn.Sequential(
        *(kind(layer.p) if isinstance(layer, nn.Dropout) else layer for layer in network)
    )


def as_built(network: nn.Sequential) -> nn.Sequential:
    """The network itself, the counterpart of :func:`with_unflagged_dropout`."""
    return network


def dropout_returns_its_input(network: nn.Sequential, inputs: Tensor, seed: int) -> bool:
    """Whether every dropout layer returns its input itself: the same memory, not a copy."""
    signal, untouched = inputs, True
    with torch_seeded(seed), torch.no_grad():
        for layer in network:
            before, signal = signal, layer(signal)
            if isinstance(layer, nn.Dropout):
                untouched &= signal.data_ptr() == before.data_ptr()
    return untouched


def dropout_networks(
    *, batch_norm: bool = False, rates: tuple[float, ...] = RATES
) -> st.SearchStrategy[SmallNetwork]:
    """Draw networks of one to four hidden layers of 16 to 128 ReLU units with small biases.

    They are wide enough that two forward passes never agree by chance: at least 16 units times 16
    samples are masked and about half of them are active, and two masks of 128 elements at rate
    0.1 are equal with probability 0.82^128, below 1e-10.
    """
    networks = st.builds(
        Network,
        inputs=st.integers(8, 64),
        hidden=st.lists(st.integers(16, 128), min_size=1, max_size=4).map(tuple),
        outputs=st.integers(2, 10),
        biases=st.just(Normal(0.1)),
        dropout=st.sampled_from(rates),
        normalization=st.just("batch" if batch_norm else None),
    )
    return st.builds(SmallNetwork, networks, st.integers(0, 2**31))
