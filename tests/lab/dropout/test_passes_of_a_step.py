"""Counts of the passes of a training step."""

from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.dropout.passes_of_a_step import fewest_passes, step_of_two_passes, usual_step

SPEC = SmallNetwork(Network(5, (6, 7), 3, dropout=0.5), seed=2)


def test_passes_are_counted_forward_and_back():
    assert fewest_passes(SPEC, usual_step) == (1, 1)
    assert fewest_passes(SPEC, step_of_two_passes) == (2, 2)


def test_the_layer_that_runs_least_often_counts():
    def first_layer_again(network, inputs, labels):
        usual_step(network, inputs, labels)
        network[0](inputs)

    assert fewest_passes(SPEC, first_layer_again) == (1, 1)
