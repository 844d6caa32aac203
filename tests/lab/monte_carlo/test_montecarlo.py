"""Monte Carlo passes: what is switched on, and what their average is the average of."""

import pytest
import torch
from torch import nn

from refute.lab.bench.dropout_networks import DropoutNetwork, dropout_only, torch_seeded
from refute.lab.monte_carlo.montecarlo import (
    PASSES,
    average_of_one_mask,
    average_of_passes,
    is_average_over_masks,
    nothing,
    ordinary_prediction,
    outputs_over_masks,
    passes,
    running_statistics,
    softmax_of_average_scores,
    whole_network,
)

TINY = DropoutNetwork(features=4, hidden=(4, 3), classes=3, rate=0.5, seed=3, samples=1)
NORMALIZED = DropoutNetwork(8, (16,), 3, 0.5, seed=1, batch_norm=True)


def test_dropout_only_switches_on_dropout_layers_and_no_others():
    network = dropout_only(NORMALIZED.build())
    on = [type(layer) for layer in network.modules() if layer.training]
    assert on == [nn.Dropout]


def test_whole_network_and_nothing_switch_all_or_none():
    assert all(layer.training for layer in whole_network(NORMALIZED.build()).modules())
    assert not any(layer.training for layer in nothing(NORMALIZED.build()).modules())


def test_passes_are_stacked_and_repeat_with_the_seed():
    network = dropout_only(NORMALIZED.build())
    outputs = passes(network, NORMALIZED.inputs(), 3, seed=5)
    assert outputs.shape == (3, NORMALIZED.samples, 3)
    assert torch.equal(outputs, passes(network, NORMALIZED.inputs(), 3, seed=5))
    assert not torch.equal(outputs[0], outputs[1])


def test_passes_leave_the_global_generator_alone():
    with torch_seeded(1):
        passes(dropout_only(NORMALIZED.build()), NORMALIZED.inputs(), 2, seed=5)
        after = torch.rand(1)
    with torch_seeded(1):
        assert torch.equal(after, torch.rand(1))


def test_running_statistics_are_copies():
    network = whole_network(NORMALIZED.build())
    before = running_statistics(network)
    passes(network, NORMALIZED.inputs(), 1, seed=5)
    assert not all(map(torch.equal, before, running_statistics(network)))


def test_chances_of_all_masks_sum_to_one_and_each_mask_occurs_once():
    outputs, chances = outputs_over_masks(TINY)
    assert outputs.shape == (2**7, 3)
    assert chances.sum().item() == pytest.approx(1, abs=1e-12)
    rare = DropoutNetwork(4, (1,), 3, rate=0.1, seed=0, samples=1)
    assert outputs_over_masks(rare)[1].tolist() == pytest.approx([0.1, 0.9])


def test_one_hidden_unit_by_hand():
    """Two masks: the unit dropped, or kept and divided by the chance of keeping it."""
    spec = DropoutNetwork(2, (1,), 2, rate=0.2, seed=0, samples=1)
    first, _, _, last = spec.build().double()
    x = spec.inputs().double()
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
