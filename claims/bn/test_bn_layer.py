"""Batch normalization as a layer, and its effect on the layer before it."""

from hypothesis import strategies as st

from refute import claim, control, reading, refuted_by
from refute.lab.batch_normalization.biases import (
    bias_gets_gradient,
    cancels_bias,
    normalized_layers,
)
from refute.lab.batch_normalization.few_samples import dense, feature_maps, told_apart
from refute.lab.batch_normalization.momentum import same_average, seen_minibatches
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


@claim("bn/moving-averages-at-inference", "ioffe2015, 3.1", "geron2019, chapter 11")
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


@claim(
    "bn/works-with-one-sample",
    "ioffe2015, 3.1",
    "ioffe2015, 3.2",
    "wu2018, 1",
    depends="holds for predictions and for feature maps of several pixels, not for dense layers in "
    "training",
    correction=(
        "In training, a single sample of a dense layer is its own mean, so every unit's normalized "
        "output is 0 for any input; PyTorch refuses such a minibatch. A convolutional layer is "
        "normalized over the pixels of its feature maps too, and predictions use moving averages, "
        "so there a single sample works. Even then, errors grow as minibatches get small (Wu and "
        "He 2018, 1)."
    ),
)
class TestWorksWithOneSample:
    """Batch normalization works with a batch of one sample."""

    @reading("a dense layer in training, by the formula", given=dense(samples=1), published="fails")
    @control("eight samples, by the formula", given=dense(samples=8))
    def test_outputs_of_the_formula_depend_on_inputs(self, given):
        assert told_apart(given.by_formula())

    # Torch refuses such a minibatch, which does not show that nothing would be learned.
    @reading("a dense layer in training", of="letter", given=dense(samples=1), training=True,
             published="fails")  # fmt: skip
    @reading("a dense layer, predicting", given=dense(samples=1), training=False)
    @reading("feature maps in training", given=feature_maps(st.integers(2, 8)), training=True)
    @control("a dense layer in training, eight samples", given=dense(samples=8), training=True)
    @control("feature maps of one pixel in training", given=feature_maps(st.just(1)), training=True)
    def test_outputs_depend_on_inputs(self, given, training):
        with refuted_by(ValueError):
            assert told_apart(given.by_torch(training=training))


@claim(
    "bn/torch-momentum-is-keras-complement",
    "pytorch_batchnorm",
    "keras2026, keras/src/layers/normalization/batch_normalization.py",
    correction=(
        "The moving means are the same: PyTorch's momentum weights the new minibatch, Keras's the "
        "old average. Strictly speaking, moving variances differ a little: PyTorch divides by the "
        "number of samples minus 1, Keras by the number of samples. The defaults are not "
        "complements: 0.1 in PyTorch, 0.99 in Keras."
    ),
)
class TestTorchMomentumIsTheComplementOfKerass:
    """A momentum of 0.1 in PyTorch's batch normalization is a momentum of 0.9 in Keras's: one is 1
    minus the other."""

    @reading("moving means, 0.1 and 0.9", seen=seen_minibatches(), torch=0.1, keras=0.9)
    @reading("moving means, 0.01 and 0.99", seen=seen_minibatches(), torch=0.01, keras=0.99)
    @control("moving means, 0.1 and 0.1", seen=seen_minibatches(), torch=0.1, keras=0.1)
    def test_moving_means_are_equal(self, seen, torch, keras):
        assert same_average(
            seen.in_torch("mean", momentum=torch), seen.in_keras("mean", momentum=keras)
        )

    @reading(
        "moving variances", of="letter", seen=seen_minibatches(), unbiased=False, published="fails"
    )
    @control("moving variances, divided alike", seen=seen_minibatches(), unbiased=True)
    def test_moving_variances_are_equal(self, seen, unbiased):
        assert same_average(
            seen.in_torch("variance", momentum=0.1),
            seen.in_keras("variance", momentum=0.9, unbiased=unbiased),
        )
