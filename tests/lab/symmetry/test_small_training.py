"""Small networks train as specified, and one unit is equivalent to equal units."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from refute.lab.bench.initializers import Constant, Nudged, VarianceScaling
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.symmetry.small_training import (
    SmallTraining,
    Trained,
    train,
    train_one_neuron_per_layer,
)
from refute.lab.symmetry.symmetry import every_layer_moved, outputs_agree
from tests.lab.symmetry.trainings import EQUAL, RANDOM, THREE_VALUES, training

NAMES = {kind.__name__: kind for kind in (SGD, Network, SmallNetwork, SmallTraining)}


def test_training_agrees_with_the_same_network_of_torchs_own_modules():
    trained = train(RANDOM)
    network = RANDOM.small.build(torch.float64)
    assert [type(part) for part in network] == [nn.Linear, nn.Tanh] * 2 + [nn.Linear]
    inputs = RANDOM.small.inputs(torch.float64)
    classes = torch.from_numpy(RANDOM.small.generator("targets").integers(2, size=16))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    for _ in range(4):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(inputs), classes).backward()
        optimizer.step()
    for at, rows in zip((0, 2, 4), trained.weights, strict=True):
        torch.testing.assert_close(rows[:, :-1], network[at].weight.detach())
        torch.testing.assert_close(rows[:, -1], network[at].bias.detach())
    fresh = RANDOM.small.inputs(torch.float64, purpose="fresh inputs")
    torch.testing.assert_close(trained.outputs, network(fresh).detach())
    torch.testing.assert_close(trained.activations[1], network[:4](fresh).detach())


def test_the_same_specification_trains_to_the_same_bits_and_another_seed_does_not():
    again, other = (
        train(eval(repr(RANDOM), NAMES)),
        train(replace(RANDOM, small=replace(RANDOM.small, seed=2))),
    )
    assert all(map(torch.equal, train(RANDOM).weights, again.weights))
    assert not torch.equal(train(RANDOM).weights[0], other.weights[0])


def test_one_neuron_per_layer_is_equivalent_to_equal_units_during_training():
    for momentum in (0.0, 0.9):
        equal = training(
            (5, 4), THREE_VALUES, optimizer=SGD(momentum=momentum), steps=9, biases=Constant(0.1)
        )
        layers, neurons = train(equal), train_one_neuron_per_layer(equal)
        assert [len(rows) for rows in neurons.weights] == [1, 1, 2]
        assert outputs_agree(layers, neurons)
        assert every_layer_moved(neurons)


def test_one_neuron_per_layer_is_not_equivalent_to_unequal_units():
    nudged = training(weights=(Nudged(Constant(0.3), 0.5), Constant(0.2)))
    assert not outputs_agree(train(nudged), train_one_neuron_per_layer(nudged))


@pytest.mark.parametrize("network", [RANDOM, training(optimizer=Adam())])
def test_one_neuron_per_layer_is_refused_for_random_weights_and_adam(network):
    with pytest.raises(ValueError, match="no single unit is equivalent to"):
        train_one_neuron_per_layer(network)


def test_a_network_that_diverges_has_no_verdict():
    wild = training(
        weights=VarianceScaling(), activation="leaky relu", loss="squared error",
        optimizer=SGD(1e9), steps=20,
    )  # fmt: skip
    with pytest.raises(ArithmeticError, match="diverged: SmallTraining"):
        train(wild)


def test_trained_keeps_its_initial_weights():
    trained = train(EQUAL)
    assert isinstance(trained, Trained)
    assert (trained.started[0][:, :-1] == torch.tensor(0.3).double()).all()
    assert not torch.equal(trained.started[2], trained.weights[2])
