"""The CIFAR-10 exercise: what code like that of the answer does."""

from refute import claim, control, reading, refuted_by
from refute.lab.bench.cifar import real_or
from refute.lab.bench.synthetic import Images
from refute.lab.monte_carlo.mc_function import (
    KERAS_2,
    KERAS_3,
    KERAS_OF_GRAPHS,
    as_in_the_key,
    by_calling_the_model,
    classifiers,
)
from refute.lab.self_normalization.alpha_dropout import alpha_dropout_change
from refute.lab.self_normalization.bounds import at_the_start
from refute.wording import preserved, unit_variance

DIVIDED_BY_255 = real_or(Images("0 to 1"), "0 to 1")
STANDARDISED = real_or(Images("standardised"), "standardised")


@claim(
    "cifar/d-self-normalizes",
    "klambauer2017, Theorem 1",
    "clevert2016, 3",
    correction=(
        "ELU layers with LeCun's weights do not keep the variance of their signals: measured on "
        "synthetic images of CIFAR-10's shape, it is {ELU, inputs divided by 255:range} at the "
        "worst layer for pixels with values from 0 to 1, and {ELU, standardised inputs:range} even "
        "for standardized inputs. SELU layers on standardized "
        "inputs keep it ({SELU, standardised inputs})."
    ),
)
class TestEluWithLecunWeightsSelfNormalizes:
    """Twenty ELU layers of 100 units with LeCun's weights, fed pixels divided by 255,
    self-normalize."""

    @reading(
        "ELU, inputs divided by 255", activation="elu", images=DIVIDED_BY_255, published="fails"
    )
    @reading("ELU, standardised inputs", activation="elu", images=STANDARDISED, published="fails")
    @control("SELU, standardised inputs", activation="selu", images=STANDARDISED)
    def test_every_layer_has_variance_1(self, measure, activation, images):
        variance = at_the_start("variance", activation=activation, data=images)
        measure(variance, claimed=unit_variance())


@claim(
    "cifar/e-alpha-dropout-keeps-stats",
    "klambauer2017, New dropout technique",
    correction=(
        "Measured on synthetic images of CIFAR-10's shape: after a single ELU layer on "
        "standardized inputs it multiplies the variance by {1 ELU layer, standardised inputs}, and "
        "at the worst of 20 layers on pixels with values from 0 to 1 by {20 ELU layers, inputs "
        "divided by 255}. Alpha dropout is made for SELU: after SELU layers it multiplies the "
        "variance by {20 SELU layers, standardised inputs} at the worst layer."
    ),
)
class TestAlphaDropoutBehindEluKeepsMoments:
    """Alpha dropout after ELU layers keeps the mean and the variance of their outputs."""

    @reading(
        "20 ELU layers, inputs divided by 255",
        activation="elu",
        depth=20,
        images=DIVIDED_BY_255,
        published="fails",
    )
    @reading(
        "1 ELU layer, standardised inputs",
        activation="elu",
        depth=1,
        images=STANDARDISED,
        published="fails",
    )
    @control(
        "20 SELU layers, standardised inputs", activation="selu", depth=20, images=STANDARDISED
    )
    def test_variance_after_over_variance_before(self, measure, activation, depth, images):
        measure(alpha_dropout_change(activation, depth=depth, data=images), claimed=preserved())


@claim(
    "cifar/e-mc-function-runs",
    "keras2026, keras/src/legacy/backend.py",
    "geron2019, chapter 11",
    correction=(
        "It stops before its first forward pass. Keras 3 has neither K.function nor "
        "K.learning_phase, and in earlier versions of TensorFlow 2 the phase is the number 0, "
        "which no model takes as an input. (With TensorFlow 1, np.zeros stops it, because the "
        "output shape starts with None.) Run each pass with model(batch, training=True) and stack "
        "the results: that works."
    ),
)
class TestMonteCarloFunctionRuns:
    """The prediction function of the answer, K.function with the learning phase, works."""

    @reading("Keras 3", model=classifiers(), keras=KERAS_3, predict=as_in_the_key,
             published="fails")  # fmt: skip
    @reading("Keras 2 in TensorFlow 2", model=classifiers(), keras=KERAS_2, predict=as_in_the_key,
             published="fails")  # fmt: skip
    @reading("TensorFlow 1", of="letter", model=classifiers(), keras=KERAS_OF_GRAPHS,
             predict=as_in_the_key, published="fails")  # fmt: skip
    @control("calls of the model with training on", model=classifiers(), keras=KERAS_3,
             predict=by_calling_the_model)  # fmt: skip
    def test_it_returns_mean_and_spread_of_the_passes(self, model, keras, predict):
        with refuted_by(AttributeError, ValueError, TypeError):
            mean, spread = predict(keras, model, model.batch(), passes=10)
        assert mean.shape == spread.shape == (model.samples, model.classes)
