"""Batch normalization as a layer, and its effect on the layer before it."""

from refute import claim, control, reading
from refute.lab.batch_normalization.biases import (
    bias_gets_gradient,
    cancels_bias,
    normalized_layers,
)
from refute.lab.batch_normalization.statistics import (
    has_mean_beta_and_deviation_gamma,
    trained_norms,
    uses_moving_averages,
)


@claim("bn/bias-redundant", "ioffe2015, 3.2")
class TestBiasBeforeBatchNormalizationIsRedundant:
    """A dense layer right before batch normalization needs no bias, because batch normalization
    subtracts it and has an offset of its own."""

    @reading("in training", layer=normalized_layers(), predicting=False)
    @reading("predicting, with running statistics", layer=normalized_layers(), predicting=True)
    @control(
        "an activation between the two", layer=normalized_layers(between="tanh"), predicting=False
    )
    @control(
        "layer normalization instead",
        layer=normalized_layers(normalization="layer"),
        predicting=False,
    )
    def test_output_is_the_same_without_the_bias(self, layer, predicting):
        assert cancels_bias(layer, predicting=predicting)

    @reading("training never moves it", layer=normalized_layers())
    @control("training, an activation between the two", layer=normalized_layers(between="tanh"))
    def test_bias_gets_no_gradient(self, layer):
        assert not bias_gets_gradient(layer)


@claim("bn/moving-averages-at-inference", "ioffe2015, 3.1", "geron2019, 11")
class TestPredictionsUseMovingAverages:
    """At inference, batch normalization uses moving averages of the means and variances of the
    minibatches that it saw in training."""

    @reading("predicting", norm=trained_norms(), training=False)
    @control("in training", norm=trained_norms(), training=True)
    def test_outputs_are_those_of_the_moving_averages(self, norm, training):
        assert uses_moving_averages(norm, training=training)


@claim("bn/mean-beta-deviation-gamma", "ioffe2015, 3", "goodfellow2016, 8.7.1")
class TestOutputsHaveMeanBetaAndDeviationGamma:
    """In training, batch normalization gives each unit's outputs over a minibatch the mean β and
    the standard deviation γ."""

    @reading("in training", norm=trained_norms(), training=True)
    @control("predicting", norm=trained_norms(), training=False)
    def test_mean_and_deviation_over_a_minibatch(self, norm, training):
        assert has_mean_beta_and_deviation_gamma(norm, training=training)
