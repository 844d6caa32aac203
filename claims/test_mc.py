"""What does Monte Carlo dropout do, what does it bring, and what does it cost?"""

from refute import claim, control, reading
from refute.lab.dropout_networks import dropout_networks, identical, tiny_dropout_networks
from refute.lab.montecarlo import (
    average_of_one_mask,
    average_of_passes,
    dropout_only,
    is_average_over_masks,
    nothing,
    ordinary_prediction,
    passes,
    running_statistics,
    softmax_of_average_scores,
    whole_network,
)


@claim("mc/active-at-inference", "gal2016, 4")
class TestDropoutStaysOnForPredictions:
    """Monte Carlo dropout keeps dropout, and only dropout, switched on for predictions."""

    @reading("dropout layers on", network=dropout_networks(batch_norm=True), on=dropout_only)
    @control("nothing on", network=dropout_networks(batch_norm=True), on=nothing)
    def test_two_predictions_differ(self, network, on):
        first, second = passes(on(network.build()), network.inputs(), 2, network.seed)
        assert not identical(first, second)

    @reading("batch normalization off", network=dropout_networks(batch_norm=True), on=dropout_only)
    @control(
        "whole network in training mode",
        network=dropout_networks(batch_norm=True),
        on=whole_network,
    )
    def test_predicting_leaves_the_network_as_it_was(self, network, on):
        predicting = on(network.build())
        before = running_statistics(predicting)
        passes(predicting, network.inputs(), 2, network.seed)
        assert all(map(identical, before, running_statistics(predicting)))


@claim("mc/averages-passes", "gal2016, 4")
class TestPassesAreAveraged:
    """Monte Carlo dropout averages the results of several stochastic passes."""

    @reading(
        "class probabilities, own masks", network=tiny_dropout_networks(), predict=average_of_passes
    )
    @control(
        "one mask for all passes", network=tiny_dropout_networks(), predict=average_of_one_mask
    )
    @control(
        "scores averaged before the softmax",
        network=tiny_dropout_networks(),
        predict=softmax_of_average_scores,
    )
    @control(
        "one ordinary prediction", network=tiny_dropout_networks(), predict=ordinary_prediction
    )
    def test_the_average_tends_to_the_mean_over_all_masks(self, network, predict):
        assert is_average_over_masks(predict(network), network)
