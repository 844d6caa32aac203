"""The importance of each weight to the loss, as a criterion for pruning."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor

from refute.lab.bench.stack.network import StackedNetwork


def importance(net: StackedNetwork, inputs: Tensor, labels: Tensor) -> list[Tensor]:
    """Mean over samples of (gradient x weight)², for every weight.

    This is the first-order estimate by Molchanov et al. (2019, 3) of how much the loss changes
    without the weight; LeCun, Denker and Solla (1990) use the second derivative in place of the
    squared gradient.

    Args:
        net: ReLU networks without dropout, normalization or skip connections.
        inputs: shape (R, N, features).
        labels: shape (R, N).

    Returns:
        One tensor per layer, shape (R, fan_in, fan_out).
    """
    signals = net.signals(inputs)
    layer_inputs = [inputs, *(activation for _, activation in signals)]
    gradient = net(inputs).softmax(-1) - F.one_hot(labels, net.network.outputs)
    scores = []
    for at in reversed(range(len(net.weights))):
        weight = net.weights[at]
        squared = torch.bmm((layer_inputs[at] ** 2).mT, gradient**2) / inputs.shape[1]
        scores.append(squared * weight**2)
        if at:
            gradient = torch.bmm(gradient, weight.mT) * (signals[at - 1][0] > 0)
    return scores[::-1]
