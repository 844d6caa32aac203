"""Monte Carlo dropout: several passes with dropout on, and what their average estimates.

After Gal and Ghahramani (2016, section 4): the predictive mean is the average of the outputs of
``T`` passes, each with masks of its own.
"""

from __future__ import annotations

from itertools import product
from math import log

import torch
from torch import Tensor, nn

from refute.lab.bench.device import one_thread
from refute.lab.bench.dropout_networks import DropoutNetwork, dropout_only, torch_seeded

PASSES = 4096
"""Enough that the average is told from one pass and from the softmax of averaged scores."""

RISK = 1e-12
"""Probability that an average of correct passes is called wrong, for one output."""


def whole_network(network: nn.Module) -> nn.Module:
    """Switch the whole network to training, batch normalization included."""
    return network.train()


def nothing(network: nn.Module) -> nn.Module:
    """Switch everything to prediction, dropout included: an ordinary prediction."""
    return network.eval()


def passes(network: nn.Module, inputs: Tensor, count: int, seed: int) -> Tensor:
    """Outputs of ``count`` passes, shape (count, samples, outputs), in the network's own mode."""
    with one_thread(), torch_seeded(seed), torch.no_grad():
        return torch.stack([network(inputs) for _ in range(count)])


def running_statistics(network: nn.Module) -> list[Tensor]:
    """Copies of what batch normalization keeps between batches."""
    return [buffer.clone() for buffer in network.buffers()]


# --- what the average estimates, by enumerating masks ----------------------------------------


def average_of_passes(network: DropoutNetwork) -> Tensor:
    """Average class probabilities of many passes over one input, each with its own masks."""
    return _scores(network).softmax(-1).mean(0)


def average_of_one_mask(network: DropoutNetwork) -> Tensor:
    """The same average where every pass reuses the masks of the first."""
    return _scores(network)[:1].softmax(-1).mean(0)


def softmax_of_average_scores(network: DropoutNetwork) -> Tensor:
    """The scores averaged before the softmax instead of the probabilities after it."""
    return _scores(network).mean(0).softmax(-1)


def ordinary_prediction(network: DropoutNetwork) -> Tensor:
    """Class probabilities of the network with dropout off: one pass, no average."""
    with torch.no_grad():
        scores: Tensor = nothing(_doubled(network))(network.inputs()[:1].double())[0]
        return scores.softmax(-1)


def _scores(network: DropoutNetwork) -> Tensor:
    """Scores of ``PASSES`` passes over the first input, as one batch: (passes, classes)."""
    copies = network.inputs()[:1].double().expand(PASSES, -1)
    return passes(dropout_only(_doubled(network)), copies, 1, network.seed + 2)[0]


def _doubled(network: DropoutNetwork) -> nn.Module:
    return network.build().double()


def is_average_over_masks(prediction: Tensor, network: DropoutNetwork) -> bool:
    """Whether a prediction of ``PASSES`` passes is the mean over all masks, up to chance.

    The mean, variance and range over masks are computed exactly, by enumeration and without
    torch's dropout; Bernstein's inequality then bounds how far the average of independent passes
    can lie off, with probability ``RISK`` of a false alarm for any distribution of outputs.

    Args:
        prediction: class probabilities for the first input, shape (classes,).
        network: at most about twelve hidden units and no batch normalization.
    """
    outputs, chances = outputs_over_masks(network)
    mean = chances @ outputs
    deviations = outputs - mean
    variance = chances @ deviations**2
    furthest = deviations.abs().amax(0)
    doubt = log(2 / RISK)
    linear = furthest * doubt / 3
    bound = (linear + (linear**2 + 2 * PASSES * variance * doubt).sqrt()) / PASSES
    return bool(((prediction - mean).abs() <= bound + 1e-12).all())


def outputs_over_masks(network: DropoutNetwork) -> tuple[Tensor, Tensor]:
    """Class probabilities of the first input under every mask, and the chance of each mask.

    Shapes (masks, classes) and (masks,).  A mask divides what it keeps by the chance of keeping
    it, so that the expected activation is unchanged.
    """
    units = sum(network.hidden)
    kept = torch.tensor(list(product((0.0, 1.0), repeat=units)), dtype=torch.float64)
    keep = 1 - network.rate
    chances = (kept * keep + (1 - kept) * network.rate).prod(1)
    masks = torch.split(kept / keep, list(network.hidden), dim=1)
    linear = [layer for layer in _doubled(network).modules() if isinstance(layer, nn.Linear)]
    with one_thread(), torch.no_grad():
        signal = network.inputs()[:1].double().expand(len(kept), -1)
        for layer, mask in zip(linear[:-1], masks, strict=True):
            signal = torch.relu(layer(signal)) * mask
        return linear[-1](signal).softmax(-1), chances
