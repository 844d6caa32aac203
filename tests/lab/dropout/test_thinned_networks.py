"""Averages of thinned networks, against known values."""

import pytest
import torch

from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.dropout.thinned_networks import (
    all_but_the_whole,
    all_thinned,
    geometric,
    of_probabilities,
    of_scores,
    predicts_the_average,
)

TWO = torch.tensor([[0.0, 2.0], [0.0, 0.0]]), torch.tensor([0.25, 0.75])


def tiny(hidden, activation="relu"):
    network = Network(4, hidden, 3, activation=activation, dropout=0.5)
    return SmallNetwork(network, seed=3, samples=1)


def test_averages_of_two_networks():
    assert of_scores(*TWO).tolist() == [0, 0.5]
    odds = torch.e**2
    assert of_probabilities(*TWO)[1].item() == pytest.approx(
        0.25 * odds / (1 + odds) + 0.75 * 0.5, abs=1e-6
    )
    # Geometric means multiply odds: e² to the power 1/4.
    root = torch.e**0.5
    assert geometric(*TWO)[1].item() == pytest.approx(root / (1 + root), abs=1e-6)


def test_all_but_the_whole_leaves_out_one_network():
    scores, chances = all_but_the_whole(tiny((3,)))
    assert len(scores) == len(all_thinned(tiny((3,)))[0]) - 1 == 7
    assert chances.sum().item() == pytest.approx(1)


def test_one_hidden_layer_is_exact_in_scores_and_geometric_means():
    network = tiny((5,))
    assert predicts_the_average(network, of_scores)
    assert predicts_the_average(network, geometric)
    assert not predicts_the_average(network, of_probabilities)
    assert not predicts_the_average(network, of_scores, all_but_the_whole)


def test_two_hidden_layers_are_exact_only_without_an_activation():
    assert not predicts_the_average(tiny((4, 3)), of_scores)
    assert predicts_the_average(tiny((4, 3), "identity"), of_scores)
