"""The average of several passes with dropout on, compared with the exact mean over all masks.

After Gal and Ghahramani (2016, section 4): the predictive mean is the average of the outputs of T
forward passes, each with its own masks.
"""

from __future__ import annotations

from math import log

import torch
from hypothesis import strategies as st
from torch import Tensor

from refute.lab.bench.all_masks import scores_over_masks
from refute.lab.bench.initializers import Normal
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork, passes
from refute.lab.monte_carlo.modes import dropout_only, nothing

PASSES = 4096
"""Enough to distinguish the average from one pass and from the softmax of averaged scores."""

RISK = 1e-12
"""Bound on the probability that a correct average is rejected, for each output."""


def average_of_passes(network: SmallNetwork) -> Tensor:
    """Class probabilities for one input, averaged over passes with their own masks."""
    return _scores(network).softmax(-1).mean(0)


def average_of_one_mask(network: SmallNetwork) -> Tensor:
    """The same average if every pass reuses the masks of the first."""
    return _scores(network)[:1].softmax(-1).mean(0)


def softmax_of_average_scores(network: SmallNetwork) -> Tensor:
    """Softmax of the averaged scores, instead of the average of the probabilities."""
    return _scores(network).mean(0).softmax(-1)


def ordinary_prediction(network: SmallNetwork) -> Tensor:
    """Class probabilities from one pass with dropout off."""
    with torch.no_grad():
        predicting = nothing(network.build(torch.float64))
        scores: Tensor = predicting(network.inputs(torch.float64)[:1])[0]
        return scores.softmax(-1)


def _scores(network: SmallNetwork) -> Tensor:
    """Scores of ``PASSES`` passes over the first input, run as one batch: (passes, classes)."""
    copies = network.inputs(torch.float64)[:1].expand(PASSES, -1)
    return passes(dropout_only(network.build(torch.float64)), copies, 1, network.seed + 2)[0]


def is_average_over_masks(prediction: Tensor, network: SmallNetwork) -> bool:
    """Whether a prediction of ``PASSES`` passes is the mean over all masks, up to sampling error.

    The mean, variance and range over masks are computed exactly, by enumeration and without torch's
    dropout.  Bernstein's inequality then bounds the error of an average of independent passes, for
    any distribution of outputs; a correct average exceeds the bound with probability ``RISK``.

    Args:
        prediction: class probabilities for the first input, shape (classes,).
        network: has at most about twelve hidden units and no batch normalization.
    """
    scores, mask_probabilities = scores_over_masks(network)
    outputs = scores.softmax(-1)
    mean = mask_probabilities @ outputs
    deviations = outputs - mean
    variance = mask_probabilities @ deviations**2
    furthest = deviations.abs().amax(0)
    log_risk = log(2 / RISK)
    linear = furthest * log_risk / 3
    bound = (linear + (linear**2 + 2 * PASSES * variance * log_risk).sqrt()) / PASSES
    return bool(((prediction - mean).abs() <= bound + 1e-12).all())


def tiny_dropout_networks() -> st.SearchStrategy[SmallNetwork]:
    """Draw networks of at most ten hidden ReLU units and one sample, so at most 1024 masks."""
    networks = st.builds(
        Network,
        inputs=st.integers(2, 8),
        hidden=st.lists(st.integers(2, 5), min_size=1, max_size=2).map(tuple),
        outputs=st.integers(2, 4),
        biases=st.just(Normal(0.1)),
        dropout=st.sampled_from((0.1, 0.2, 0.3, 0.5)),
    )
    return st.builds(SmallNetwork, networks, st.integers(0, 2**31), st.just(1))
