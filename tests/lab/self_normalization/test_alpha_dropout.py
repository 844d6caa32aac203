"""Mean and variance after torch's alpha dropout."""

import numpy as np
import pytest
import torch
from torch import nn

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import LECUN_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import torch_seeded
from refute.lab.self_normalization.alpha_dropout import (
    DropoutChanges,
    alpha_dropout_change,
    alpha_dropout_shift,
    change_of_variance,
)


def test_change_of_variance_of_known_numbers():
    before, after = torch.tensor([0.0, 2.0]), torch.tensor([1.0, 5.0])
    assert change_of_variance(before, after) == pytest.approx(4)


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.3])
def test_standard_normal_numbers_keep_their_moments(rate):
    with torch_seeded(0):
        before = torch.randn(400_000)
        after = nn.AlphaDropout(rate).train()(before)
    assert float(after.mean() - before.mean()) == pytest.approx(0, abs=0.01)
    assert change_of_variance(before, after) == pytest.approx(1, abs=0.02)


def test_after_elu_the_formula_says_how_the_variance_changes():
    """Klambauer et al. 2017: x becomes a (x m + alpha (1 - m)) + b, with m kept at 1 - rate."""
    rate, alpha = 0.1, -1.7580993408473766
    keep = 1 - rate
    with torch_seeded(1):
        before = nn.ELU()(torch.randn(400_000, dtype=torch.float64))
        after = nn.AlphaDropout(rate).train()(before)
    a = (keep + alpha**2 * keep * rate) ** -0.5
    mean, variance = before.mean().item(), before.var(correction=0).item()
    spread = a**2 * (keep * variance + keep * rate * (mean - alpha) ** 2)
    assert change_of_variance(before, after) == pytest.approx(spread / variance, rel=0.02)


def test_the_worst_hidden_layer_counts():
    network = Network(
        hidden=(30, 20), activation="elu", weights=LECUN_NORMAL, dropout=0.1, dropout_kind="alpha"
    )
    record = DropoutChanges(network, Digits()).run(Replicates(0, 2))
    (ratios,) = record.series
    assert ratios.values.shape == (2, 2)
    worst = record.samples["variance after / before"].lower
    assert (np.abs(np.log(worst)) == np.abs(np.log(ratios.values)).max(axis=1)).all()


def test_a_replicate_has_its_own_masks_in_any_chunk():
    quantity = alpha_dropout_change("selu", data=Digits(), depth=2, width=20)
    experiment = quantity.experiment
    together = experiment.run(Replicates(0, 3, seed=5)).samples["variance after / before"].lower
    alone = experiment.run(Replicates(1, 1, seed=5)).samples["variance after / before"].lower
    assert alone[0] == pytest.approx(together[1], rel=1e-6)


def test_ordinary_dropout_divides_the_variance_of_centred_units_by_the_share_kept():
    ordinary = alpha_dropout_change("selu", data=Digits(), depth=1, rate=0.5, kind="standard")
    record = ordinary.experiment.run(Replicates(0, 4))
    assert record.samples["variance after / before"].lower == pytest.approx(2, rel=0.05)
    assert "variance after / before dropout" in ordinary.name


def test_the_mean_shifts_if_units_are_not_centred():
    for activation, moved in (("selu", 0.0), ("relu", -0.07)):
        shift = alpha_dropout_shift(activation, data=Digits(), depth=1, rate=0.1)
        shifts = shift.experiment.run(Replicates(0, 4)).samples["mean after - before"].lower
        assert shifts == pytest.approx(moved, abs=0.03)
