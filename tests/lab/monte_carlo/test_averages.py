"""The average of Monte Carlo passes, against the mean over all masks."""

from hypothesis import given, settings

from refute.lab.bench.all_masks import scores_over_masks
from refute.lab.bench.initializers import Normal
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.monte_carlo.averages import (
    PASSES,
    average_of_one_mask,
    average_of_passes,
    is_average_over_masks,
    ordinary_prediction,
    softmax_of_average_scores,
    tiny_dropout_networks,
)

TINY = SmallNetwork(Network(4, (4, 3), 3, biases=Normal(0.1), dropout=0.5), seed=3, samples=1)


@settings(max_examples=20, deadline=None)
@given(tiny_dropout_networks())
def test_tiny_networks_have_at_most_ten_hidden_units(spec):
    assert sum(spec.network.hidden) <= 10


def test_only_the_average_of_passes_is_the_mean_over_masks():
    assert is_average_over_masks(average_of_passes(TINY), TINY)
    for other in (average_of_one_mask, softmax_of_average_scores, ordinary_prediction):
        assert not is_average_over_masks(other(TINY), TINY)


def test_the_bound_is_tight_enough_to_notice_a_tenth_of_a_standard_deviation_or_so():
    scores, chances = scores_over_masks(TINY)
    outputs = scores.softmax(-1)
    mean = chances @ outputs
    spread = (chances @ (outputs - mean) ** 2).sqrt()
    assert is_average_over_masks(mean + 6 * spread / PASSES**0.5, TINY)
    assert not is_average_over_masks(mean + 9 * spread / PASSES**0.5, TINY)
