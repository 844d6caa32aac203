"""What torch's alpha dropout does to mean and variance."""

import numpy as np
import pytest
import torch
from torch import nn

from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import LECUN_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import torch_seeded
from refute.lab.self_normalization.alpha_dropout import (
    AlphaDropoutShifts,
    alpha_dropout_shift,
    shift,
)
from refute.quantity import Replicates


def test_shift_by_hand():
    moved, ratio = shift(torch.tensor([0.0, 2.0]), torch.tensor([1.0, 5.0]))
    assert moved == pytest.approx(2)
    assert ratio == pytest.approx(4)


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.3])
def test_standard_normal_numbers_keep_their_moments(rate):
    with torch_seeded(0):
        before = torch.randn(400_000)
        after = nn.AlphaDropout(rate).train()(before)
    moved, ratio = shift(before, after)
    assert moved < 0.01
    assert ratio == pytest.approx(1, abs=0.02)


def test_behind_elu_the_formula_says_how_far_the_moments_move():
    """Klambauer et al. 2017: x becomes a (x m + alpha (1 - m)) + b, with m kept at 1 - rate."""
    rate, alpha = 0.1, -1.7580993408473766
    keep = 1 - rate
    with torch_seeded(1):
        before = nn.ELU()(torch.randn(400_000, dtype=torch.float64))
        after = nn.AlphaDropout(rate).train()(before)
    a = (keep + alpha**2 * keep * rate) ** -0.5
    mean, variance = before.mean().item(), before.var(correction=0).item()
    expected = a * (keep * mean + rate * alpha) - a * rate * alpha
    moved, ratio = shift(before, after)
    assert moved == pytest.approx(abs(expected - mean) / variance**0.5, abs=0.01)
    spread = a**2 * (keep * variance + keep * rate * (mean - alpha) ** 2)
    assert ratio == pytest.approx(spread / variance, rel=0.02)


def test_every_hidden_layer_is_judged_and_the_worst_counts():
    network = Network(
        hidden=(30, 20), activation="elu", weights=LECUN_NORMAL, dropout=0.1, dropout_kind="alpha"
    )
    record = AlphaDropoutShifts(network, Digits()).run(Replicates(0, 2))
    (ratios,) = record.series
    assert ratios.values.shape == (2, 2)
    worst = np.abs(np.log(ratios.values)).max(axis=1) / np.log(1.1)
    assert (record.samples["worst layer"].lower >= worst - 1e-12).all()


def test_a_replicate_has_masks_of_its_own_whatever_its_chunk():
    quantity = alpha_dropout_shift("selu", data=Digits(), depth=2, width=20)
    experiment = quantity.experiment
    together = experiment.run(Replicates(0, 3, seed=5)).samples["worst layer"].lower
    alone = experiment.run(Replicates(1, 1, seed=5)).samples["worst layer"].lower
    assert alone[0] == pytest.approx(together[1], rel=1e-6)
