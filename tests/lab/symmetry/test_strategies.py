"""The strategies draw networks as specified."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings

from refute.lab.bench.initializers import (
    HE_NORMAL,
    ZEROS,
    Constant,
    Nudged,
    OneValue,
    VarianceScaling,
)
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.symmetry.exact_training import ExactNetwork
from refute.lab.symmetry.small_training import SmallTraining
from refute.lab.symmetry.strategies import (
    ONE_INPUT,
    equal_weight_networks,
    exact_networks,
    he_networks,
    moving_networks,
    random_weight_networks,
    scales_other_than_he,
    scales_up_to_he,
    two_valued_networks,
    zero_networks,
)

FEW = settings(max_examples=30, deadline=None, database=None)
NAMES = {
    kind.__name__: kind
    for kind in (
        SGD, Adam, Constant, ExactNetwork, Fraction, Network, Nudged, OneValue, SmallNetwork,
        SmallTraining, VarianceScaling,
    )
}  # fmt: skip


def replayed(network):
    return eval(repr(network), NAMES)


@FEW
@given(equal_weight_networks())
def test_equal_networks_have_one_value_per_layer_and_replay(training):
    assert replayed(training) == training
    network = training.small.network
    assert all(isinstance(law, Constant) and law.value != 0 for law in network.initializers)
    assert network.biases.value != 0


@FEW
@given(equal_weight_networks(nudged=True, rescaling=False))
def test_nudged_networks_are_nudged(training):
    assert training.small.network.weights[0].by > 0
    assert isinstance(training.optimizer, SGD)


@FEW
@given(moving_networks(zero=True))
def test_zero_networks_are_zero_throughout(training):
    network = training.small.network
    assert network.weights == network.biases == Constant(0.0)


@FEW
@given(random_weight_networks(scales=scales_other_than_he()))
def test_scales_other_than_he_never_draw_hes_own(training):
    assert training.small.network.weights.scale != 2
    assert replayed(training) == training


@FEW
@given(random_weight_networks(scales=scales_up_to_he()))
def test_scales_up_to_he_go_down_to_a_millionth(training):
    assert 1e-6 <= (training.small.network.weights.scale / 2) ** 0.5 <= 1.0000001


@FEW
@given(two_valued_networks())
def test_two_valued_networks_have_more_units_than_distinct_weight_vectors(training):
    network = training.small.network
    assert network.hidden[0] > 2**network.inputs


@FEW
@given(exact_networks(nudged=True))
def test_exact_networks_are_small_and_replay(network):
    assert replayed(network) == network
    assert network.nudge != 0
    assert all(a * b <= 16 for a, b in pairwise(network.widths))


@FEW
@given(equal_weight_networks(inputs=ONE_INPUT, hidden_layers=2))
def test_inputs_and_depth_are_as_requested(training):
    network = training.small.network
    assert network.inputs == 1
    assert 2 <= len(network.hidden) <= 3


@FEW
@given(he_networks(one_value=True), he_networks(one_value=False))
def test_he_networks_have_one_value_per_layer_or_one_per_weight(shared, each):
    assert shared.small.network.weights.law.scale == each.small.network.weights.scale == 2
    assert all((layer == layer[0, 0]).all() for layer in layers(shared))
    assert not any((layer == layer[0, 0]).all() for layer in layers(each))
    assert replayed(shared) == shared


@FEW
@given(zero_networks(activations=("sigmoid",)), zero_networks(hidden=False, weights=HE_NORMAL))
def test_zero_networks_have_the_requested_layers_and_weights(zero, linear):
    assert zero.small.network.weights == zero.small.network.biases == ZEROS
    assert zero.small.network.hidden
    assert zero.small.network.activation == "sigmoid"
    assert linear.small.network.hidden == ()
    assert linear.small.network.weights == HE_NORMAL


def layers(training):
    return [layer.weight for layer in training.small.build() if hasattr(layer, "weight")]
