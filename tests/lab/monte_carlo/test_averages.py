"""What the average of Monte Carlo passes is the average of."""

import pytest
import torch
from hypothesis import given, settings

from refute.lab.bench.initializers import Normal
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.monte_carlo.averages import (
    PASSES,
    average_of_one_mask,
    average_of_passes,
    is_average_over_masks,
    ordinary_prediction,
    outputs_over_masks,
    softmax_of_average_scores,
    tiny_dropout_networks,
)

TINY = SmallNetwork(Network(4, (4, 3), 3, biases=Normal(0.1), dropout=0.5), seed=3, samples=1)


@settings(max_examples=20, deadline=None)
@given(tiny_dropout_networks())
def test_tiny_networks_have_at_most_ten_hidden_units(spec):
    assert sum(spec.network.hidden) <= 10


def test_chances_of_all_masks_sum_to_one_and_each_mask_occurs_once():
    outputs, chances = outputs_over_masks(TINY)
    assert outputs.shape == (2**7, 3)
    assert chances.sum().item() == pytest.approx(1, abs=1e-12)
    rare = SmallNetwork(Network(4, (1,), 3, dropout=0.1), seed=0, samples=1)
    assert outputs_over_masks(rare)[1].tolist() == pytest.approx([0.1, 0.9])


def test_one_hidden_unit_by_hand():
    """Two masks: the unit dropped, or kept and divided by the chance of keeping it."""
    spec = SmallNetwork(Network(2, (1,), 2, dropout=0.2), seed=0, samples=1)
    first, _, _, last = spec.build(torch.float64)
    x = spec.inputs(torch.float64)
    kept = torch.relu(first(x)) / 0.8
    expected = torch.cat([last(0 * kept), last(kept)]).softmax(-1)
    assert torch.allclose(outputs_over_masks(spec)[0], expected)


def test_the_average_of_passes_is_the_mean_over_masks_and_nothing_else_is():
    assert is_average_over_masks(average_of_passes(TINY), TINY)
    for other in (average_of_one_mask, softmax_of_average_scores, ordinary_prediction):
        assert not is_average_over_masks(other(TINY), TINY)


def test_the_bound_is_tight_enough_to_notice_a_tenth_of_a_standard_deviation_or_so():
    outputs, chances = outputs_over_masks(TINY)
    mean = chances @ outputs
    spread = (chances @ (outputs - mean) ** 2).sqrt()
    assert is_average_over_masks(mean + 6 * spread / PASSES**0.5, TINY)
    assert not is_average_over_masks(mean + 9 * spread / PASSES**0.5, TINY)
