"""Networks with dropout as torch modules, and the same networks without."""

from hypothesis import given, settings
from torch import nn

from refute.lab.bench.initializers import Normal
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork, identical
from refute.lab.dropout.networks import (
    dropout_networks,
    dropout_returns_its_input,
    with_unflagged_dropout,
    without_dropout,
)

SPEC = SmallNetwork(Network(5, (6, 7), 3, dropout=0.5), seed=2)
NAMES = {kind.__name__: kind for kind in (Network, Normal, SmallNetwork)}


def test_dropout_follows_every_hidden_layer():
    kinds = [type(layer) for layer in SPEC.build()]
    block = [nn.Linear, nn.ReLU, nn.Dropout]
    assert kinds == [*block, *block, nn.Linear]


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
    assert eval(repr(spec), NAMES) == spec


def test_dropout_returns_its_input_in_predictions_and_a_copy_in_training():
    assert dropout_returns_its_input(SPEC.build().eval(), SPEC.inputs(), 0)
    assert not dropout_returns_its_input(SPEC.build().train(), SPEC.inputs(), 0)
