"""Which layers are in training mode while a network predicts: dropout, all or none."""

from __future__ import annotations

from torch import Tensor, nn


def dropout_only(network: nn.Module) -> nn.Module:
    """Put dropout in training mode and all else in evaluation mode, as Monte Carlo dropout does."""
    network.eval()
    for layer in network.modules():
        if isinstance(layer, nn.Dropout):
            layer.train()
    return network


def whole_network(network: nn.Module) -> nn.Module:
    """Put the whole network in training mode, including batch normalization."""
    return network.train()


def nothing(network: nn.Module) -> nn.Module:
    """Put everything in evaluation mode, including dropout, as an ordinary prediction does."""
    return network.eval()


def running_statistics(network: nn.Module) -> list[Tensor]:
    """Copies of the network's buffers: the running statistics of batch normalization."""
    return [buffer.clone() for buffer in network.buffers()]
