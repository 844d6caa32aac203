"""Where activations saturate, and how steep sigmoid and tanh are at most."""

from refute import claim, control, reading
from refute.lab.activations.numbers import Number, derivative, numbers
from refute.lab.activations.saturation import far_from_zero, slope_left
from refute.lab.activations.score_gradients import (
    gradient_is_prediction_minus_target,
    scored_samples,
)
from refute.lab.bench.initializers import GLOROT_NORMAL, HE_NORMAL, FanInUniform, Normal
from refute.lab.initialization.scales import gradient_per_layer
from refute.wording import noticeably_more, practically_none

AT_ZERO = Number(0.0)


@claim("act/sigmoid-tanh-saturate", "goodfellow2016, 6.3.2", "glorot2010, 3")
class TestSigmoidAndTanhSaturate:
    """Sigmoid and tanh saturate: far from zero their slope is nearly zero."""

    @reading("sigmoid", activation="sigmoid", number=far_from_zero())
    @reading("tanh", activation="tanh", number=far_from_zero())
    @control("ReLU", activation="relu", number=far_from_zero())
    @control("softplus", activation="softplus", number=far_from_zero())
    def test_slope_is_nearly_zero(self, activation, number):
        assert slope_left(activation, number) <= practically_none().high


@claim("act/relu-does-not-saturate", "goodfellow2016, 6.3.1", "geron2019, chapter 11")
class TestReluDoesNotSaturate:
    """ReLU does not saturate for positive inputs."""

    @reading("float32 inputs above 0", activation="relu", number=numbers("float32", 1 / 64))
    @reading("float64 inputs above 0", activation="relu", number=numbers("float64", 1 / 64))
    @control("tanh", activation="tanh", number=numbers("float64", 1 / 64))
    @control("sigmoid", activation="sigmoid", number=numbers("float64", 1 / 64))
    def test_slope_is_not_nearly_zero(self, activation, number):
        assert slope_left(activation, number) > practically_none().high


@claim("act/sigmoid-slope-at-most-quarter", "nielsen2015, chapter 5", "goodfellow2016, 3.10")
class TestSigmoidSlopeIsAtMostAQuarter:
    """The derivative of the sigmoid is at most 0.25, its value at 0."""

    @reading("any float32", activation="sigmoid", number=numbers("float32"))
    @reading("any float64", activation="sigmoid", number=numbers("float64"))
    @control("tanh", activation="tanh", number=numbers("float64"))
    def test_slope_is_at_most_a_quarter(self, activation, number):
        assert derivative(activation, number) <= 0.25

    @reading("at 0", activation="sigmoid")
    @control("tanh at 0", activation="tanh")
    def test_slope_at_zero_is_a_quarter(self, activation):
        assert derivative(activation, AT_ZERO) == 0.25


@claim(
    "act/sigmoid-gradients-shrink-with-depth",
    "nielsen2015, chapter 5",
    "glorot2010, 3",
    correction=(
        "With Glorot's weights, each layer divides the gradient by {20 layers, Glorot's weights}. "
        "Strictly speaking, weights far larger than usual make up for the small slope: with "
        "weights of unit variance in layers of 100 units, each layer divides the gradient by {20 "
        "layers, weights of unit variance}. But they saturate the units."
    ),
)
class TestSigmoidGradientsShrinkWithDepth:
    """In deep networks of sigmoid units, the gradient shrinks from layer to layer, exponentially
    with depth."""

    @reading("20 layers, Glorot's weights", layers=20, activation="sigmoid", weights=GLOROT_NORMAL)
    @reading("10 layers, Glorot's weights", layers=10, activation="sigmoid", weights=GLOROT_NORMAL)
    @reading(
        "20 layers, torch's default weights",
        layers=20,
        activation="sigmoid",
        weights=FanInUniform(),
    )
    @reading(
        "20 layers, weights of unit variance",
        of="letter",
        published="fails",
        layers=20,
        activation="sigmoid",
        weights=Normal(std=1.0),
    )
    @control("tanh, Glorot's weights", layers=20, activation="tanh", weights=GLOROT_NORMAL)
    @control("ReLU, He's weights", layers=20, activation="relu", weights=HE_NORMAL)
    def test_each_layer_makes_the_gradient_smaller(self, measure, layers, activation, weights):
        hidden = (100,) * layers
        growth = gradient_per_layer(hidden=hidden, activation=activation, weights=weights)
        measure(growth, claimed=noticeably_more())


@claim("act/tanh-slope-at-most-one", "goodfellow2016, 6.3.2", "goodfellow2016, 3.10")
class TestTanhSlopeIsAtMostOne:
    """The derivative of tanh is at most 1, its value at 0."""

    @reading("any float32", activation="tanh", number=numbers("float32"))
    @reading("any float64", activation="tanh", number=numbers("float64"))
    @control("SELU", activation="selu", number=numbers("float64"))
    def test_slope_is_at_most_one(self, activation, number):
        assert derivative(activation, number) <= 1

    @reading("at 0", activation="tanh")
    @control("sigmoid at 0", activation="sigmoid")
    def test_slope_at_zero_is_one(self, activation):
        assert derivative(activation, AT_ZERO) == 1


@claim("act/gradient-is-prediction-minus-target", "bishop2006, 5.2", "goodfellow2016, 6.2.2.2")
class TestGradientIsPredictionMinusTarget:
    """With cross-entropy, the gradient with respect to the scores in front of a softmax or sigmoid
    output is the prediction minus the target."""

    @reading("softmax", sample=scored_samples(), output="softmax", loss="cross-entropy")
    @reading("a sigmoid for each label", sample=scored_samples(), output="sigmoid",
             loss="cross-entropy")  # fmt: skip
    @control("softmax, squared error", sample=scored_samples(), output="softmax",
             loss="squared error")  # fmt: skip
    @control("sigmoid, squared error", sample=scored_samples(), output="sigmoid",
             loss="squared error")  # fmt: skip
    def test_gradient(self, sample, output, loss):
        assert gradient_is_prediction_minus_target(sample, output, loss)
