"""The direction of gradients that are clipped by torch's functions."""

import pytest

from refute.lab.bench.initializers import HE_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.practice.directions import Shortened

NETWORK = Network(inputs=20, hidden=(20,), outputs=10, activation="relu", weights=HE_NORMAL)
SMALL = SmallNetwork(NETWORK, seed=1)


@pytest.mark.parametrize(
    ("by", "keeps"), [("norm", True), ("norm of each layer", False), ("value", False)]
)
def test_only_one_factor_for_all_gradients_keeps_the_direction(by, keeps):
    assert Shortened(SMALL, by, 0.1).keeps_direction() is keeps


def test_a_bound_just_below_the_largest_value_turns_the_gradient_little():
    assert not Shortened(SMALL, "value", 0.5).keeps_direction()
    assert Shortened(SMALL, "value", 0.999999).keeps_direction()


def test_the_clipping_is_said():
    assert Shortened(SMALL, "norm", 0.25).said.endswith("clipped by norm to 0.25 of the largest")
