"""Networks with dropout as torch modules, and the same networks without."""

import torch
from hypothesis import given, settings
from torch import nn

from refute.lab.bench.dropout_networks import (
    DropoutNetwork,
    dropout_networks,
    hands_on_its_input,
    identical,
    tiny_dropout_networks,
    with_unflagged_dropout,
    without_dropout,
)

SPEC = DropoutNetwork(features=5, hidden=(6, 7), classes=3, rate=0.5, seed=2)


def test_dropout_follows_every_hidden_layer():
    kinds = [type(layer) for layer in SPEC.build()]
    block = [nn.Linear, nn.ReLU, nn.Dropout]
    assert kinds == [*block, *block, nn.Linear]


def test_a_specification_builds_the_same_weights_and_inputs_each_time():
    first, second = (list(SPEC.build().parameters()) for _ in range(2))
    assert all(map(torch.equal, first, second))
    assert torch.equal(SPEC.inputs(), SPEC.inputs())


def test_without_dropout_keeps_layers_and_parameters():
    network = SPEC.build()
    plain = without_dropout(network)
    assert not any(isinstance(layer, nn.Dropout) for layer in plain)
    assert [id(p) for p in plain.parameters()] == [id(p) for p in network.parameters()]


def test_unflagged_dropout_drops_in_evaluation_mode_too():
    network = with_unflagged_dropout(SPEC.build()).eval()
    assert not identical(network(SPEC.inputs()), network(SPEC.inputs()))


@settings(max_examples=20)
@given(dropout_networks())
def test_specifications_are_code(spec):
    assert eval(repr(spec)) == spec


@settings(max_examples=20)
@given(tiny_dropout_networks())
def test_tiny_networks_have_at_most_ten_hidden_units(spec):
    assert sum(spec.hidden) <= 10


def test_dropout_hands_on_its_input_when_predicting_and_copies_when_training():
    assert hands_on_its_input(SPEC.build().eval(), SPEC.inputs(), 0)
    assert not hands_on_its_input(SPEC.build().train(), SPEC.inputs(), 0)
