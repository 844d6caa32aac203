"""Every mask of dropout, enumerated."""

import pytest
import torch

from refute.lab.bench.all_masks import scores_over_masks
from refute.lab.bench.initializers import Normal
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork, passes

TINY = SmallNetwork(Network(4, (4, 3), 3, biases=Normal(0.1), dropout=0.5), seed=3, samples=1)


def test_chances_of_all_masks_sum_to_one_and_each_mask_occurs_once():
    scores, chances = scores_over_masks(TINY)
    assert scores.shape == (2**7, 3)
    assert chances.sum().item() == pytest.approx(1, abs=1e-12)
    rare = SmallNetwork(Network(4, (1,), 3, dropout=0.1), seed=0, samples=1)
    assert scores_over_masks(rare)[1].tolist() == pytest.approx([0.1, 0.9])


def test_one_hidden_unit_by_hand():
    """Two masks: the unit dropped, or kept and divided by the chance of keeping it."""
    spec = SmallNetwork(Network(2, (1,), 2, dropout=0.2), seed=0, samples=1)
    first, _, _, last = spec.build(torch.float64)
    x = spec.inputs(torch.float64)
    kept = torch.relu(first(x)) / 0.8
    expected = torch.cat([last(0 * kept), last(kept)])
    assert torch.allclose(scores_over_masks(spec)[0], expected)


def test_what_torch_draws_is_among_them():
    scores, _ = scores_over_masks(TINY)
    for drawn in passes(TINY.build(torch.float64), TINY.inputs(torch.float64), 20, seed=1):
        assert (scores - drawn).abs().amax(1).min() < 1e-12
