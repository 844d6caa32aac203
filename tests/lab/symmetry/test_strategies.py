"""What the strategies draw is what they say."""

from itertools import pairwise

from hypothesis import given, settings

from refute.lab.symmetry.exact_training import ExactNetwork
from refute.lab.symmetry.strategies import (
    equal_weight_networks,
    exact_networks,
    however_small,
    moving_networks,
    random_weight_networks,
    scales_other_than_he,
    two_valued_networks,
)
from refute.lab.symmetry.symmetry import EqualWeights, RandomWeights, SmallNetwork

FEW = settings(max_examples=30, deadline=None, database=None)
NAMES = {one.__name__: one for one in (EqualWeights, RandomWeights, SmallNetwork, ExactNetwork)}


def replayed(network):
    from fractions import Fraction

    return eval(repr(network), {**NAMES, "Fraction": Fraction})


@FEW
@given(equal_weight_networks())
def test_equal_networks_have_one_value_per_layer_and_replay(network):
    assert replayed(network) == network
    assert len(network.weights.values) == len(network.widths) - 1
    assert 0 not in network.weights.values
    assert network.weights.nudge == 0
    assert network.bias != 0


@FEW
@given(equal_weight_networks(nudged=True, rescaling=False))
def test_nudged_networks_are_nudged(network):
    assert network.weights.nudge > 0
    assert network.optimizer != "adam"


@FEW
@given(moving_networks(zero=True))
def test_zero_networks_are_zero_throughout(network):
    assert set(network.weights.values) == {0}
    assert network.bias == 0


@FEW
@given(random_weight_networks(scales=scales_other_than_he()))
def test_scales_other_than_hes_never_draw_his(network):
    assert network.weights.scale != 1
    assert network.weights.mean == 0
    assert replayed(network) == network


@FEW
@given(random_weight_networks(scales=however_small()))
def test_however_small_goes_down_to_a_millionth(network):
    assert 1e-6 <= network.weights.scale <= 1


@FEW
@given(two_valued_networks())
def test_two_valued_networks_have_more_units_than_ways_to_fill_one(network):
    assert network.widths[1] > 2 ** network.widths[0]


@FEW
@given(exact_networks(nudged=True))
def test_exact_networks_are_small_and_replay(network):
    assert replayed(network) == network
    assert network.nudge != 0
    assert all(a * b <= 16 for a, b in pairwise(network.widths))
