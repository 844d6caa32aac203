"""What is switched to training while a network predicts: dropout, everything or nothing."""

from __future__ import annotations

from torch import Tensor, nn


def dropout_only(network: nn.Module) -> nn.Module:
    """Switch dropout on and everything else to prediction: what Monte Carlo dropout asks for."""
    network.eval()
    for layer in network.modules():
        if isinstance(layer, nn.Dropout):
            layer.train()
    return network


def whole_network(network: nn.Module) -> nn.Module:
    """Switch the whole network to training, batch normalization included."""
    return network.train()


def nothing(network: nn.Module) -> nn.Module:
    """Switch everything to prediction, dropout included: an ordinary prediction."""
    return network.eval()


def running_statistics(network: nn.Module) -> list[Tensor]:
    """Copies of what batch normalization keeps between batches."""
    return [buffer.clone() for buffer in network.buffers()]
