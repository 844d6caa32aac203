"""Networks that overfit, on tasks drawn at random."""

import numpy as np
import pytest

from refute.experiment import Replicates
from refute.lab.dropout.overfitting import DrawnOverfitting, drawn_overfitting

SOME = Replicates(0, 4, seed=1)


@pytest.fixture(scope="module")
def trained():
    return DrawnOverfitting(steps=60).run(SOME).samples


def test_training_fits_training_samples_better_than_new_ones(trained):
    before = DrawnOverfitting(steps=0).run(SOME).samples
    assert (trained["test loss"].lower < before["test loss"].lower).all()
    assert np.median(trained["gap"].lower) > 0.01
    known, new = (trained[f"{which} accuracy"] for which in ("training", "test"))
    assert (known.lower / known.scale).mean() > (new.lower / new.scale).mean()


def test_fewer_samples_widen_the_gap(trained):
    half = DrawnOverfitting(steps=60, half_the_data=True).run(SOME).samples
    assert half["test loss"].lower.mean() > trained["test loss"].lower.mean()


def test_small_networks_fit_neither_known_nor_new_samples():
    small = DrawnOverfitting(steps=200, underfitting=True).run(SOME).samples
    known, new = (small[f"{which} accuracy"] for which in ("training", "test"))
    assert np.median(known.lower / known.scale) < 0.97
    assert np.median(abs(known.lower / known.scale - new.lower / new.scale)) < 0.05
    assert drawn_overfitting("test loss", underfitting=True).name == (
        "test loss without dropout, with 8 units a layer, on tasks drawn at random"
    )


def test_a_replicate_draws_the_same_setting_in_any_chunk(trained):
    alone = DrawnOverfitting(steps=60).run(Replicates(2, 1, seed=1)).samples
    assert alone["test loss"].lower == pytest.approx(trained["test loss"].lower[2], rel=1e-4)


def test_quantities_name_themselves():
    assert drawn_overfitting("gap", dropout=0.5).name == (
        "gap between test and training loss with dropout 0.5, on tasks drawn at random"
    )
