"""Slopes of activations: their sign, their jumps, and gradients through many layers."""

from refute import claim, control, reading
from refute.lab.activations.collapsing import in_a_row
from refute.lab.activations.numbers import derivative, numbers
from refute.lab.activations.shapes import across_zero, ascents
from refute.lab.bench.activations import LEAKY_SLOPE
from refute.lab.bench.initializers import GLOROT_NORMAL, HE_NORMAL, LECUN_NORMAL, FanInUniform
from refute.lab.initialization.scales import decades_of_gradient
from refute.wording import within_a_decade

BELOW_0 = numbers("float64", -100, -1 / 64)


@claim(
    "act/negative-slope-sign",
    "maas2013, 2",
    "klambauer2017, eq. 2",
    correction=(
        "It is the outputs that are negative there. The slope is positive (and small with leaky "
        "ReLU), so the function increases everywhere. What torch calls negative_slope is the slope "
        "on the negative side."
    ),
)
class TestLeakyReluHasNegativeSlope:
    """Leaky ReLU and its relatives have a negative slope for negative inputs."""

    @reading(
        "leaky ReLU", activation="leaky relu", slope=LEAKY_SLOPE, number=BELOW_0, published="fails"
    )
    @reading("ELU", activation="elu", slope=LEAKY_SLOPE, number=BELOW_0, published="fails")
    @reading("SELU", activation="selu", slope=LEAKY_SLOPE, number=BELOW_0, published="fails")
    @control("leaky ReLU of slope -0.1", activation="leaky relu", slope=-0.1, number=BELOW_0)
    def test_slope_is_negative(self, activation, slope, number):
        assert derivative(activation, number, slope) < 0


@claim(
    "act/gelu-swish-monotone",
    "hendrycks2016, 4",
    "ramachandran2017, 4",
    correction=(
        "Neither is monotone: GELU falls until its minimum near −0.75 and Swish until its minimum "
        "near −1.28, and both rise from there. (For example, GELU falls between "
        "{GELU:counterexample}, and Swish between {Swish:counterexample}.) ReLU, leaky ReLU, ELU "
        "and SELU are monotone."
    ),
)
class TestGeluAndSwishAreMonotone:
    """GELU and Swish are monotone functions: they never fall."""

    @reading("GELU", ascent=ascents("gelu"), published="fails")
    @reading("Swish", ascent=ascents("silu"), published="fails")
    @control("ReLU", ascent=ascents("relu"))
    @control("leaky ReLU", ascent=ascents("leaky relu"))
    @control("ELU", ascent=ascents("elu"))
    @control("SELU", ascent=ascents("selu"))
    def test_a_larger_input_never_gives_a_smaller_output(self, ascent):
        assert not ascent.falls()


@claim(
    "act/relu-discontinuous",
    "goodfellow2016, 6.3",
    correction="ReLU is continuous, with a kink at 0. What jumps there is its derivative.",
)
class TestReluIsDiscontinuous:
    """ReLU is discontinuous: the function jumps at 0."""

    @reading("the function", pair=across_zero("relu"), published="fails")
    @control("its derivative", pair=across_zero("relu", 1))
    def test_values_on_both_sides_stay_apart(self, pair):
        assert pair.jumps()


@claim(
    "act/relu-prevents-vanishing",
    "glorot2011, 3.1",
    "he2015, 2.2",
    depends="holds with He's weights, not with smaller ones",
    correction=(
        "The scale of the weights decides. Over 20 ReLU layers, the gradient keeps its size with "
        "He's weights, of variance 2 / fan_in (at the first layer it is {He's weights:factor "
        "range} times as large as at the last). It becomes {LeCun's weights:factor} times smaller "
        "with LeCun's weights, of half that variance, and {torch's default weights:factor} times "
        "with torch's default weights."
    ),
)
class TestReluPreventsVanishingGradients:
    """With ReLU, gradients do not vanish."""

    @reading("He's weights", activation="relu", weights=HE_NORMAL)
    @reading("LeCun's weights", activation="relu", weights=LECUN_NORMAL, published="fails")
    @reading(
        "torch's default weights", activation="relu", weights=FanInUniform(), published="fails"
    )
    @control("sigmoid, He's weights", activation="sigmoid", weights=HE_NORMAL)
    @control("no activation, LeCun's weights", activation="identity", weights=LECUN_NORMAL)
    def test_gradient_keeps_its_size_through_20_layers(self, measure, activation, weights):
        gradient = decades_of_gradient(activation=activation, weights=weights)
        measure(gradient, claimed=within_a_decade())


@claim(
    "act/tanh-no-vanishing",
    "glorot2010, 3",
    "glorot2010, 4",
    depends=(
        "holds with Glorot's weights at the start of training, not with smaller weights, nor for "
        "units that larger weights saturate"
    ),
    correction=(
        "It suffers less than the sigmoid. Over 20 layers with Glorot's weights, the gradient "
        "becomes {Glorot's weights:factor} times smaller with tanh, and {sigmoid, Glorot's "
        "weights:factor} times with the sigmoid. With torch's default weights it vanishes with "
        "tanh too (it becomes {torch's default weights:factor} times smaller). Strictly speaking, "
        "a unit that larger weights saturate has no gradient at all: float32 rounds its slope to 0."
    ),
)
class TestTanhGradientsDoNotVanish:
    """Unlike the sigmoid, tanh does not suffer from vanishing gradients."""

    @reading("Glorot's weights", activation="tanh", weights=GLOROT_NORMAL)
    @reading(
        "torch's default weights", activation="tanh", weights=FanInUniform(), published="fails"
    )
    @control("sigmoid, Glorot's weights", activation="sigmoid", weights=GLOROT_NORMAL)
    def test_gradient_keeps_its_size_through_20_layers(self, measure, activation, weights):
        gradient = decades_of_gradient(activation=activation, weights=weights)
        measure(gradient, claimed=within_a_decade())

    @reading("inputs up to 20", of="letter", number=numbers("float32", -20, 20), published="fails")
    @control("inputs up to 8", number=numbers("float32", -8, 8))
    def test_derivative_is_not_zero(self, number):
        assert derivative("tanh", number) != 0


@claim("act/linear-layers-collapse", "goodfellow2016, 6.1", "leshno1993, abstract")
class TestLayersWithoutActivationsCollapse:
    """Without activation functions between them, many layers are no more than one linear layer."""

    @reading("no activation", layers=in_a_row("identity"))
    @control("ReLU", layers=in_a_row("relu"))
    @control("tanh", layers=in_a_row("tanh"))
    def test_one_linear_layer_predicts_every_output(self, layers):
        assert layers.is_one_linear_layer()
