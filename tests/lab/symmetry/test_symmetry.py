"""Whether the units of a layer are copies of one another."""

from dataclasses import replace

import pytest
import torch

from refute.lab.bench.initializers import Constant, Nudged
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import Adam
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.symmetry.small_training import SmallTraining, train
from refute.lab.symmetry.symmetry import (
    every_layer_moved,
    gradients_identical,
    no_weight_moved,
    outputs_identical,
    smallest_distance,
    spread,
    units_identical,
    units_told_apart,
    weights_alike,
)
from tests.lab.symmetry.trainings import EQUAL, RANDOM, training


def test_equal_units_are_identical_and_random_ones_told_apart():
    assert units_identical(train(EQUAL))
    assert not units_told_apart(train(EQUAL))
    assert units_told_apart(train(RANDOM))
    assert not units_identical(train(RANDOM))


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("part", ["row", "bias", "column", "activation"])
def test_units_are_not_identical_if_anything_differs(layer, part):
    trained = train(EQUAL)
    spoilt = {
        "row": trained.weights[layer][0, :1],
        "bias": trained.weights[layer][1, -1:],
        "column": trained.weights[layer + 1][:, :1],
        "activation": trained.activations[layer][0, :1],
    }
    spoilt[part] += 1e-4
    assert not units_identical(trained)


def test_units_are_not_told_apart_when_two_of_them_share_a_gradient():
    trained = train(RANDOM)
    trained.gradients[0][1] = trained.gradients[0][0]
    assert not units_told_apart(trained)


def test_output_units_are_identical_only_with_the_same_targets():
    several = training(loss="squared error", steps=3)
    assert outputs_identical(train(replace(several, same_targets=True)))
    assert not outputs_identical(train(several))


def test_zero_weights_do_not_move_and_others_do():
    assert not every_layer_moved(train(training(weights=Constant(0.0))))
    # Before the first step, equal outgoing weights make the hidden gradient cancel.
    assert every_layer_moved(train(training(steps=2)))


def test_dropout_tells_equal_units_apart():
    assert not units_identical(train(training((8,), steps=5, dropout=0.5)))


def test_units_count_as_copies_after_adam_amplifies_round_off():
    """The first hidden gradient cancels but for round-off, and Adam divides by its size."""
    network = Network(2, (15,), 5, "leaky relu", weights=(Constant(-0.02), Constant(0.38)))
    copies = SmallTraining(SmallNetwork(network, 71), Adam(0.1), steps=3)
    assert units_identical(train(copies))
    nudged = replace(network, weights=(Nudged(Constant(-0.02), 0.1), Constant(0.38)))
    assert not units_identical(train(replace(copies, small=SmallNetwork(nudged, 71))))


def test_spread_and_smallest_distance_are_relative_to_the_largest_entry():
    rows = torch.tensor([[4.0, 1.0], [4.0, 2.0], [4.0, 4.0]])
    assert spread(rows) == 0.75
    assert smallest_distance(rows) == 0.25
    assert spread(torch.zeros(3, 2)) == smallest_distance(torch.zeros(3, 2)) == 0


@pytest.mark.parametrize("part", ["incoming", "outgoing"])
def test_gradients_are_not_identical_if_anything_differs(part):
    trained = train(EQUAL)
    assert gradients_identical(trained)
    spoilt = {
        "incoming": trained.gradients[0][0, :1],
        "outgoing": trained.gradients[1][:, :1],
    }
    spoilt[part] += 1e-9
    assert not gradients_identical(trained)


def test_weights_after_the_first_layer_are_alike_and_those_of_the_first_are_not():
    # Its first gradient does not cancel, as that of the cross-entropy does.
    trained = train(replace(EQUAL, loss="squared error"))
    assert weights_alike(trained, "later hidden")
    assert not weights_alike(trained, "first hidden")
    assert not weights_alike(trained, "output")
    trained.weights[1][0, 0] += 1e-4
    assert not weights_alike(trained, "later hidden")


def test_weights_are_alike_by_their_gradients_too_and_biases_do_not_count():
    trained = train(EQUAL)
    trained.gradients[1][0, -1] += 1.0
    trained.weights[1][0, -1] += 1.0
    assert weights_alike(trained, "later hidden")
    trained.gradients[1][0, 0] += 1.0
    assert not weights_alike(trained, "later hidden")


def test_a_network_without_such_a_layer_is_an_error():
    with pytest.raises(ValueError, match="2 layers has no later hidden"):
        weights_alike(train(training()), "later hidden")


def test_biases_move_and_zero_weights_do_not():
    zero = train(training(weights=Constant(0.0)))
    assert no_weight_moved(zero)
    assert not torch.equal(zero.started[-1], zero.weights[-1])
    assert not no_weight_moved(train(RANDOM))
