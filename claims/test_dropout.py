"""Does dropout slow down training?  Does it slow down predictions?"""

from refute import claim, control, reading
from refute.lab.dropout_networks import (
    as_built,
    dropout_networks,
    identical,
    with_unflagged_dropout,
    without_dropout,
)
from refute.lab.montecarlo import passes


@claim("dropout/off-at-inference", "srivastava2014, 4")
class TestDropoutIsOffAtInference:
    """Dropout is active only during training: predictions are made without it."""

    @reading(
        "dropout layers, evaluation mode",
        network=dropout_networks(),
        dropout=as_built,
        training=False,
    )
    @control(
        "dropout layers, training mode", network=dropout_networks(), dropout=as_built, training=True
    )
    @control(
        "bare function call, flag forgotten",
        network=dropout_networks(),
        dropout=with_unflagged_dropout,
        training=False,
    )
    def test_predictions_equal_those_without_dropout(self, network, dropout, training):
        dropping = dropout(network.build()).train(training)
        plain = without_dropout(network.build()).train(training)
        x, seed = network.inputs(), network.seed
        assert identical(passes(dropping, x, 1, seed), passes(plain, x, 1, seed))

    @reading("two passes while training", network=dropout_networks(), training=True)
    @control("two passes while predicting", network=dropout_networks(), training=False)
    def test_two_passes_differ(self, network, training):
        first, second = passes(network.build().train(training), network.inputs(), 2, network.seed)
        assert not identical(first, second)
