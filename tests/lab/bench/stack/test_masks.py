"""Dropout masks: the announced rate, each replicate's own, the moments they promise."""

from math import sqrt

import numpy as np
import pytest
import torch
from torch import nn

from refute.experiment import Replicates
from refute.lab.bench.networks import Network
from refute.lab.bench.stack.masks import draw_keep, dropout_masks


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2, 0.5, 0.8, 1 / 3])
def test_the_rate_is_met_to_within_one_in_a_hundred_thousand(rate: float) -> None:
    """Exactly: of the 65,536 values of 16 bits, so many are below the threshold."""
    assert abs(round(rate * 2**16) / 2**16 - rate) <= 1e-5
    count = 1_000_000
    dropped = 1 - draw_keep(np.random.default_rng(0), rate, (count,)).mean()
    assert dropped == pytest.approx(rate, abs=6 * sqrt(rate * (1 - rate) / count))


def test_neighbouring_units_are_dropped_independently() -> None:
    """Four units share one 64-bit word of the generator."""
    keep = draw_keep(np.random.default_rng(0), 0.5, (250_000, 4))
    correlations = np.corrcoef(keep.T) - np.eye(4)
    assert np.abs(correlations).max() < 6 / sqrt(len(keep))


def test_a_rate_of_zero_keeps_every_unit() -> None:
    assert draw_keep(np.random.default_rng(0), 0.0, (1001,)).all()


def test_a_replicates_masks_do_not_depend_on_its_company() -> None:
    network = Network(dropout=0.3)
    together = dropout_masks(network, Replicates(0, 3, seed=1), 8)
    alone = dropout_masks(network, Replicates(2, 1, seed=1), 8)
    for _ in range(70):  # past two blocks
        shared, own = next(together), next(alone)
        assert shared is not None
        assert own is not None
        for drop, single in zip(shared, own, strict=True):
            assert torch.equal(drop.scale[2], single.scale[0])


def test_steps_and_layers_have_masks_of_their_own() -> None:
    masks = dropout_masks(Network(dropout=0.5), Replicates(0, 1), 8)
    steps = []
    for _ in range(2):
        drops = next(masks)
        assert drops is not None
        steps.append([drop.scale.clone() for drop in drops])  # the next step is written over it
    (first, second), (later, _) = steps
    assert not torch.equal(first, second)
    assert not torch.equal(first, later)


def test_no_dropout_means_no_masks() -> None:
    assert next(dropout_masks(Network(), Replicates(0, 1), 8)) is None
    assert next(dropout_masks(Network(hidden=(), dropout=0.5), Replicates(0, 1), 8)) is None


def test_standard_dropout_zeroes_or_scales_like_torch() -> None:
    masks = next(dropout_masks(Network(hidden=(100,), dropout=0.2), Replicates(0, 1), 500))
    assert masks is not None
    h = torch.rand(1, 500, 100) + 0.5
    kept = masks[0](h) != 0
    torch.testing.assert_close(masks[0](h)[kept], h[kept] / 0.8)
    ours, torchs = (1 - kept.float().mean()).item(), nn.functional.dropout(h, 0.2)
    assert ours == pytest.approx(0.2, abs=0.011)
    torch.testing.assert_close(torchs[torchs != 0], h[torchs != 0] / 0.8)


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.5])
def test_alpha_dropout_takes_the_two_values_that_torch_gives_a_unit(rate: float) -> None:
    network = Network(hidden=(100,), dropout=rate, dropout_kind="alpha")
    masks = next(dropout_masks(network, Replicates(0, 1), 500))
    assert masks is not None
    h = torch.ones(1, 500, 100)
    ours = masks[0](h).unique()
    torchs = nn.functional.alpha_dropout(h, rate, training=True).unique()
    torch.testing.assert_close(ours, torchs)
    z = torch.randn(1, 500, 100)
    after = masks[0](z)
    assert after.mean().item() == pytest.approx(0, abs=0.05)
    assert after.var().item() == pytest.approx(1, abs=0.1)
