"""How much each weight matters to the loss: the importance by which weights may be pruned."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor

from refute.lab.bench.stack.network import StackedNetwork


def importance(net: StackedNetwork, inputs: Tensor, labels: Tensor) -> list[Tensor]:
    """Mean over samples of (gradient x weight)², the change of the loss without the weight.

    That is the first-order estimate of Molchanov et al. (2019, 3), of every weight on its own;
    LeCun, Denker and Solla (1990) take the second derivative in place of the squared gradient.

    Args:
        net: ReLU networks without dropout, normalization or skip connections.
        inputs: (R, N, features).
        labels: (R, N).

    Returns:
        By layer, shape (R, fan_in, fan_out).
    """
    signals = net.signals(inputs)
    entering = [inputs, *(activation for _, activation in signals)]
    arriving = net(inputs).softmax(-1) - F.one_hot(labels, net.network.outputs)
    scores = []
    for at in reversed(range(len(net.weights))):
        weight = net.weights[at]
        squared = torch.bmm((entering[at] ** 2).mT, arriving**2) / inputs.shape[1]
        scores.append(squared * weight**2)
        if at:
            arriving = torch.bmm(arriving, weight.mT) * (signals[at - 1][0] > 0)
    return scores[::-1]
