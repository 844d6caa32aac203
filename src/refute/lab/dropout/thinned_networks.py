"""Is a prediction with dropout off the average over all thinned networks?

A thinned network is what remains under one dropout mask (Srivastava et al. 2014, section 1;
Goodfellow et al. 2016, section 7.12).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from hypothesis import strategies as st
from torch import Tensor

from refute.lab.bench.all_masks import scores_over_masks
from refute.lab.bench.initializers import Normal
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork

Average = Callable[[Tensor, Tensor], Tensor]
"""Maps scores (networks, outputs) and the networks' probabilities (networks,) to (outputs,)."""


def of_scores(scores: Tensor, mask_probabilities: Tensor) -> Tensor:
    """Mean of the scores, before the softmax."""
    return mask_probabilities @ scores


def of_probabilities(scores: Tensor, mask_probabilities: Tensor) -> Tensor:
    """Mean of the class probabilities, which Monte Carlo dropout estimates."""
    return mask_probabilities @ scores.softmax(-1)


def geometric(scores: Tensor, mask_probabilities: Tensor) -> Tensor:
    """Geometric mean of the class probabilities, normalized to a sum of 1."""
    return (mask_probabilities @ scores.log_softmax(-1)).softmax(-1)


def all_thinned(network: SmallNetwork) -> tuple[Tensor, Tensor]:
    """Scores of all thinned networks, and the probability of each network."""
    return scores_over_masks(network)


def all_but_the_whole(network: SmallNetwork) -> tuple[Tensor, Tensor]:
    """The same without the network in which no unit is dropped, probabilities renormalized."""
    scores, mask_probabilities = scores_over_masks(network)
    return scores[:-1], mask_probabilities[:-1] / mask_probabilities[:-1].sum()


def predicts_the_average(
    network: SmallNetwork,
    average: Average,
    thinned: Callable[[SmallNetwork], tuple[Tensor, Tensor]] = all_thinned,
) -> bool:
    """Whether the prediction with dropout off is the ``average`` of the thinned networks.

    Compared for the first input, up to float64 round-off.
    """
    with torch.no_grad():
        scores = network.build(torch.float64).eval()(network.inputs(torch.float64)[:1])
    prediction = average(scores, torch.ones(1, dtype=torch.float64))
    return bool(torch.allclose(prediction, average(*thinned(network)), rtol=1e-9, atol=1e-9))


def tiny_networks(layers: int, activation: str = "relu") -> st.SearchStrategy[SmallNetwork]:
    """Draw networks of ``layers`` hidden layers of two to five units, with one sample."""
    networks = st.builds(
        Network,
        inputs=st.integers(2, 8),
        hidden=st.lists(st.integers(2, 5), min_size=layers, max_size=layers).map(tuple),
        outputs=st.integers(2, 4),
        activation=st.just(activation),
        biases=st.just(Normal(0.1)),
        dropout=st.sampled_from((0.1, 0.2, 0.3, 0.5)),
    )
    return st.builds(SmallNetwork, networks, st.integers(0, 2**31), st.just(1))
