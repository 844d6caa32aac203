"""By which factor the training loss grows."""

import numpy as np

from refute.experiment import Replicates
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.practice.diverging import Growing, growth_of_loss

TWO = Replicates(0, 2, 3)
SMALL = Network(hidden=(8,))


def growth(rate, steps):
    return (
        Growing(SMALL, optimizer=SGD(rate), steps=steps)
        .run(TWO)
        .samples["largest loss / initial loss"]
    )


def test_a_loss_that_never_rises_grows_by_a_factor_of_one():
    assert (growth(0.001, 40).lower == 1).all()


def test_a_loss_that_explodes_at_the_start_has_grown():
    assert (growth(30.0, 40).lower > 10).all()


def test_a_loss_that_is_lost_is_known_from_below_only():
    lost = growth(1e30, 40)
    assert np.isinf(lost.upper).all()
    assert np.isfinite(lost.lower).all()


def test_it_names_itself():
    assert growth_of_loss(optimizer=SGD(1.0)).name == (
        "largest loss / initial loss with learning rate 1"
    )
