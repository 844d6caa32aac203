"""Batch normalization as a layer, and its effect on the layer before it."""

from refute import claim, control, reading
from refute.lab.batch_normalization.biases import (
    bias_gets_gradient,
    cancels_bias,
    normalized_layers,
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
