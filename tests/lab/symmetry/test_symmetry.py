"""Small networks whose units start alike: how they are built, trained and asked."""

import pytest
import torch
from torch import nn

from refute.lab.symmetry.symmetry import (
    SAMPLES,
    EqualWeights,
    RandomWeights,
    SmallNetwork,
    Trained,
    every_layer_moved,
    outputs_agree,
    outputs_identical,
    smallest_distance,
    spread,
    train,
    train_one_neuron_per_layer,
    units_identical,
    units_told_apart,
)

RANDOM = SmallNetwork((3, 5, 4, 2), RandomWeights(), seed=1, steps=4, learning_rate=0.1)
EQUAL = SmallNetwork((3, 5, 4, 2), EqualWeights((0.3, 0.2, 0.1)), seed=1, steps=4)


def test_training_is_that_of_the_same_network_in_torchs_own_modules():
    trained = train(RANDOM)
    network = nn.Sequential(
        nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 2)
    ).double()
    with torch.no_grad():
        for at, rows in zip((0, 2, 4), trained.started, strict=True):
            network[at].weight.copy_(rows[:, :-1])
            network[at].bias.copy_(rows[:, -1])
    generator = torch.Generator().manual_seed(2)
    inputs = torch.randn(SAMPLES, 3, generator=generator, dtype=torch.float64)
    classes = torch.randint(2, (SAMPLES,), generator=generator)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    for _ in range(4):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(inputs), classes).backward()
        optimizer.step()
    for at, rows in zip((0, 2, 4), trained.weights, strict=True):
        torch.testing.assert_close(rows[:, :-1], network[at].weight.detach())
        torch.testing.assert_close(rows[:, -1], network[at].bias.detach())


def test_the_same_specification_trains_to_the_same_bits_and_another_seed_does_not():
    again, other = train(eval(repr(RANDOM))), train(SmallNetwork((3, 5, 4, 2), RandomWeights(), 2))
    assert all(map(torch.equal, train(RANDOM).weights, again.weights))
    assert not torch.equal(train(RANDOM).weights[0], other.weights[0])


@pytest.mark.parametrize("law", ["normal", "uniform", "laplace", "two values"])
def test_random_weights_have_the_mean_and_the_deviation_they_are_given(law):
    drawn = RandomWeights(law, scale=0.5, mean=2.0).draw(
        1, (400, 200), torch.Generator().manual_seed(0)
    )
    he = (2 / 200) ** 0.5
    assert drawn.mean() / he == pytest.approx(2.0, abs=0.02)
    assert drawn.std() / he == pytest.approx(0.5, rel=0.02)


def test_a_nudge_changes_one_weight_of_the_first_layer():
    weights = EqualWeights((0.3, 0.2), nudge=0.1)
    first = weights.draw(0, (4, 3), torch.Generator())
    assert (first != 0.3).sum() == 1
    assert (weights.draw(1, (2, 4), torch.Generator()) == 0.2).all()


def test_one_neuron_per_layer_stands_for_layers_of_equal_units_while_they_train():
    for optimizer in ("sgd", "momentum"):
        network = SmallNetwork(
            (3, 5, 4, 2), EqualWeights((0.3, 0.2, 0.1)), 1, optimizer=optimizer, steps=9, bias=0.1
        )
        one, other = train(network), train_one_neuron_per_layer(network)
        assert [len(rows) for rows in other.weights] == [1, 1, 2]
        assert outputs_agree(one, other)
        assert every_layer_moved(other)


def test_one_neuron_per_layer_does_not_stand_for_unequal_units():
    nudged = SmallNetwork((3, 5, 2), EqualWeights((0.3, 0.2), nudge=0.5), 1)
    assert not outputs_agree(train(nudged), train_one_neuron_per_layer(nudged))


@pytest.mark.parametrize(
    "network", [RANDOM, SmallNetwork((3, 5, 2), EqualWeights((0.3, 0.2)), 1, optimizer="adam")]
)
def test_no_single_unit_stands_for_random_weights_or_under_adam(network):
    with pytest.raises(ValueError, match="no single unit stands for"):
        train_one_neuron_per_layer(network)


def test_equal_units_are_identical_and_random_ones_told_apart():
    assert units_identical(train(EQUAL))
    assert not units_told_apart(train(EQUAL))
    assert units_told_apart(train(RANDOM))
    assert not units_identical(train(RANDOM))


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("part", ["row", "bias", "column", "activation"])
def test_units_are_not_identical_when_anything_of_one_differs(layer, part):
    trained = train(EQUAL)
    spoilt = {
        "row": trained.weights[layer][0, :1],
        "bias": trained.weights[layer][1, -1:],
        "column": trained.weights[layer + 1][:, :1],
        "activation": trained.activations[layer][0, :1],
    }
    spoilt[part] += 1e-6
    assert not units_identical(trained)


def test_units_are_not_told_apart_when_two_of_them_share_a_gradient():
    trained = train(RANDOM)
    trained.gradients[0][1] = trained.gradients[0][0]
    assert not units_told_apart(trained)


def test_output_units_are_identical_only_when_they_have_one_target():
    settings = {"loss": "squared error", "steps": 3}
    weights = EqualWeights((0.3, 0.2))
    same = SmallNetwork((3, 5, 2), weights, 1, same_targets=True, **settings)
    assert outputs_identical(train(same))
    assert not outputs_identical(train(SmallNetwork((3, 5, 2), weights, 1, **settings)))


def test_zero_weights_do_not_move_and_others_do():
    def moved(value):
        return every_layer_moved(train(SmallNetwork((3, 5, 2), EqualWeights((value,) * 2), 1)))

    assert not moved(0.0)
    # Before the first step, equal outgoing weights make the hidden gradient cancel.
    assert every_layer_moved(train(SmallNetwork((3, 5, 2), EqualWeights((0.3, 0.2)), 1, steps=2)))


def test_dropout_tells_equal_units_apart():
    dropping = SmallNetwork((3, 8, 2), EqualWeights((0.3, 0.2)), 1, steps=5, dropout=0.5)
    assert not units_identical(train(dropping))


def test_a_network_that_diverges_has_no_verdict():
    wild = SmallNetwork(
        (3, 5, 2), RandomWeights(), 1, "leaky relu", loss="squared error", learning_rate=1e9,
        steps=20,
    )  # fmt: skip
    with pytest.raises(ArithmeticError, match="diverged: SmallNetwork"):
        train(wild)


def test_spread_and_smallest_distance_are_relative_to_the_largest_entry():
    rows = torch.tensor([[4.0, 1.0], [4.0, 2.0], [4.0, 4.0]])
    assert spread(rows) == 0.75
    assert smallest_distance(rows) == 0.25
    assert spread(torch.zeros(3, 2)) == smallest_distance(torch.zeros(3, 2)) == 0


def test_trained_keeps_what_it_started_from():
    trained = train(EQUAL)
    assert isinstance(trained, Trained)
    assert (trained.started[0][:, :-1] == 0.3).all()
    assert not torch.equal(trained.started[2], trained.weights[2])
