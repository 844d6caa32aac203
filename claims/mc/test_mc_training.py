"""Training for Monte Carlo dropout, and how dropout is switched on for it."""

from torch import nn

from refute import claim, control, reading
from refute.lab.bench.small_networks import identical, passes
from refute.lab.dropout.networks import dropout_networks, without_dropout
from refute.lab.monte_carlo.modes import dropout_only, nothing, whole_network
from refute.lab.monte_carlo.training_alike import MonteCarloDropout, trained_weights

PLAIN, NORMALIZED = dropout_networks(), dropout_networks(batch_norm=True)


@claim("mc/training-identical-to-dropout", "gal2016, 4")
class TestTrainingIsThatOfDropout:
    """Training with Monte Carlo dropout is training with dropout."""

    @reading("same weights, data and masks", network=PLAIN, kind=MonteCarloDropout, further=0)
    @control("other masks", network=PLAIN, kind=MonteCarloDropout, further=1)
    @control("alpha dropout", network=PLAIN, kind=nn.AlphaDropout, further=0)
    def test_weights_after_some_steps(self, network, kind, further):
        usual = trained_weights(network, nn.Dropout)
        assert identical(trained_weights(network, kind, further=further), usual)


@claim(
    "mc/training-flag-only-dropout",
    "gal2016, 4",
    "ioffe2015, 3.1",
    "geron2019, chapter 11",
    depends="holds for networks without batch normalization, not for networks with it",
    correction=(
        "This is true if dropout is the only layer that behaves differently in training. With "
        "batch normalization, the call also normalizes by the statistics of the batch it is given "
        "and updates the running ones, so later predictions differ: only the dropout layers should "
        "be in training mode."
    ),
)
class TestTrainingModeSwitchesOnDropoutAlone:
    """Calling the model in training mode (`training=True`) switches dropout on and changes nothing
    else."""

    @reading("the rest of the network, no batch normalization", network=PLAIN, on=whole_network)
    @reading("the rest of the network, batch normalization", network=NORMALIZED, on=whole_network,
             published="fails")  # fmt: skip
    @control("the rest of the network, only dropout layers switched", network=NORMALIZED,
             on=dropout_only)  # fmt: skip
    def test_the_rest_of_the_network_computes_the_same(self, network, on):
        rest, inputs = without_dropout(network.build()), network.inputs()
        usual = passes(nothing(rest), inputs, 1, network.seed)
        assert identical(passes(on(rest), inputs, 1, network.seed), usual)

    @reading("later predictions, no batch normalization", network=PLAIN, on=whole_network)
    @reading("later predictions, batch normalization", network=NORMALIZED, on=whole_network,
             published="fails")  # fmt: skip
    @control("later predictions, only dropout layers switched", network=NORMALIZED,
             on=dropout_only)  # fmt: skip
    def test_later_predictions_stay_the_same(self, network, on):
        model, inputs = network.build(), network.inputs()
        before = passes(nothing(model), inputs, 1, network.seed)
        passes(on(model), inputs, 1, network.seed)
        assert identical(passes(nothing(model), inputs, 1, network.seed), before)
