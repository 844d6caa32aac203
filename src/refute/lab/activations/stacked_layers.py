"""Stacked replicates of dense layers, for networks that the bench does not describe."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor, nn

from refute.experiment import Replicates
from refute.lab.bench.initializers import Initializer
from refute.lab.bench.optimizers import USUAL_OPTIMIZER

Layers = list[tuple[nn.Parameter, nn.Parameter]]
"""Weights (R, fan_in, fan_out) and biases (R, 1, fan_out) of each layer."""


def drawn_layers(
    replicates: Replicates, described: Sequence[tuple[Initializer, int, int]]
) -> Layers:
    """Draw layers with biases 0 from initializer, fan_in and fan_out of each."""
    generators = [replicates.generator(k, "weights") for k in replicates]
    layers = []
    for initializer, fan_in, fan_out in described:
        drawn = [torch.from_numpy(initializer.draw(own, fan_in, fan_out)) for own in generators]
        weights = torch.stack(drawn).to(replicates.device)
        biases = weights.new_zeros(len(weights), 1, fan_out)
        layers.append((nn.Parameter(weights), nn.Parameter(biases)))
    return layers


def forward(layers: Layers, activate: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return the outputs of the last layer, (R, samples, fan_out), before its activation."""
    h = x
    for weights, biases in layers[:-1]:
        h = activate(torch.baddbmm(biases, h, weights))
    weights, biases = layers[-1]
    return torch.baddbmm(biases, h, weights)


def total_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Sum the replicates' mean losses, which gives each replicate its own gradients."""
    total = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum")
    return total / labels.shape[1]


def train(
    layers: Layers,
    batches: Iterator[tuple[Tensor, Tensor]],
    steps: int,
    total_loss: Callable[[Tensor, Tensor], Tensor],
) -> None:
    """Take steps of the usual optimizer on the sum of the replicates' losses of a minibatch."""
    optimizer = USUAL_OPTIMIZER.build([parameter for layer in layers for parameter in layer])
    for _ in range(steps):
        x, y = next(batches)
        with torch.enable_grad():
            loss = total_loss(x, y)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
