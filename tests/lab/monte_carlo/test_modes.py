"""Which layers are in training mode in Monte Carlo passes."""

import torch
from torch import nn

from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork, passes
from refute.lab.monte_carlo.modes import (
    dropout_only,
    nothing,
    running_statistics,
    whole_network,
)

NORMALIZED = SmallNetwork(Network(8, (16,), 3, dropout=0.5, normalization="batch"), seed=1)


def test_dropout_only_puts_only_dropout_in_training_mode():
    network = dropout_only(NORMALIZED.build())
    on = [type(layer) for layer in network.modules() if layer.training]
    assert on == [nn.Dropout]


def test_whole_network_and_nothing_switch_all_layers():
    assert all(layer.training for layer in whole_network(NORMALIZED.build()).modules())
    assert not any(layer.training for layer in nothing(NORMALIZED.build()).modules())


def test_running_statistics_are_copies():
    network = whole_network(NORMALIZED.build())
    before = running_statistics(network)
    passes(network, NORMALIZED.inputs(), 1, seed=5)
    assert not all(map(torch.equal, before, running_statistics(network)))
