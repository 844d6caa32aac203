"""Pairs of a unit and an image are counted over all hidden layers."""

import pytest

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import Constant
from refute.lab.bench.networks import Network
from refute.lab.initialization.active_pairs import ActivePairs, active_pairs

TWO = Replicates(0, 2, 1)
HIDDEN = (20, 10)
IMAGES = 50


def counted(**settings):
    return ActivePairs(Network(**settings), count=IMAGES).run(TWO).samples["active pairs"]


def test_units_of_torchs_own_network_that_are_positive_on_an_image():
    network = Network(hidden=HIDDEN, biases=Constant(-0.5))
    pairs = counted(hidden=HIDDEN, biases=Constant(-0.5))
    assert pairs.per == sum(HIDDEN) * IMAGES
    samples = Digits().draw(TWO)
    for k in TWO:
        module = network.module(TWO, k)
        first = module[:2](samples.take(samples.train[k, :IMAGES])[0])
        second = module[2:4](first)
        assert pairs.lower[k] == int((first > 0).sum() + (second > 0).sum()) > 0


@pytest.mark.parametrize(("bias", "share"), [(-1000.0, 0), (1000.0, 1)])
def test_all_pairs_may_be_active_or_none(bias, share):
    pairs = counted(hidden=(20,), biases=Constant(bias))
    assert (pairs.lower == share * pairs.per).all()


def test_the_quantity_names_the_biases():
    assert active_pairs(biases=Constant(0.1)).name == (
        "share of pairs of a unit and an image in which it is active at the start "
        "with constant 0.1 biases"
    )
