"""Which activation to use where, and what the common activation functions do."""

from hypothesis import strategies as st

from refute import claim, control, reading, refuted_by
from refute.lab.activations.calibration import calibration_slope
from refute.lab.activations.gated import accuracy_in_relu_place
from refute.lab.activations.lives import share_of_units
from refute.lab.activations.numbers import (
    blocks,
    mean_output,
    mirrored,
    numbers,
    numbers_above_underflow,
    numbers_short_of_rounding,
    outputs,
    probabilities,
    rounding_of_a_sum,
    scores,
    value,
)
from refute.lab.activations.units import stuck, units
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import Adam
from refute.lab.bench.timing import TimedStack, operation, training_step
from refute.wording import (
    as_good,
    at_least_one,
    equal_to,
    nearly_as_fast,
    not_much_slower,
    practically_none,
    slower,
)

# 0.003 is the largest of the learning rates 0.001, 0.003 and 0.01 at which deep networks learn.
IN_TRAINING = {"optimizer": Adam(lr=0.003), "steps": 220}

ELEMENTS = 1 << 18


def deep(activation, depth=20):
    """A dense network of 100 units a layer."""
    return Network(hidden=(100,) * depth, activation=activation)


DEEP_RELU, DEEP_LEAKY = deep("relu"), deep("leaky relu")


def step(activation, width=256):
    """A training step of a dense network with three hidden layers."""
    return training_step(TimedStack((256, width, width, width, 10), activation), batch=128)


@claim("act/relu-exact-zero", "glorot2011, 3.1")
class TestReluOutputsExactZero:
    """ReLU can output exactly zero."""

    @reading("float32 inputs up to 0", activation="relu", number=numbers("float32", high=0))
    @reading("float64 inputs up to 0", activation="relu", number=numbers("float64", high=0))
    @reading("float16 inputs up to 0", activation="relu", number=numbers("float16", high=0))
    @reading("bfloat16 inputs up to 0", activation="relu", number=numbers("bfloat16", high=0))
    @control("leaky ReLU", activation="leaky relu", number=numbers("float32", high=0))
    @control("SELU", activation="selu", number=numbers("float32", high=0))
    def test_output_is_zero(self, activation, number):
        assert value(activation, number) == 0


@claim(
    "act/relu-units-can-die",
    "maas2013, 2",
    "lu2019, 1",
    correction=(
        "Units do die: in networks of twenty layers, {20 layers, dead at the end but not at the "
        "start:percent} of all units die within five epochs, and a dead unit of the first layer "
        "never learns again. Strictly speaking, not every dead unit stays dead: of the units of "
        "deeper layers that were dead on all training images at the end of some epoch, {5 layers, "
        "deeper units stay dead:percent range} were alive later in networks of five layers, and "
        "{20 layers, deeper units stay dead:percent range} in networks of twenty, because the "
        "layers below them kept learning."
    ),
)
class TestReluUnitsCanDie:
    """ReLU units can die: they get stuck and stop learning."""

    @reading("first layer, below 0 on every sample", unit=units("relu", -120, -0.001))
    @control("first layer, above 0 on one sample", unit=units("relu", 0.001, 1))
    @control("leaky ReLU in its place", unit=units("leaky relu", -120, -0.001))
    def test_gradient_descent_never_moves_it(self, unit):
        assert stuck(unit)

    @reading("20 layers, dead at the end but not at the start", network=DEEP_RELU)
    @control("20 layers, leaky ReLU", network=DEEP_LEAKY)
    def test_some_die_in_training(self, measure, network):
        measure(share_of_units("units that died", network, **IN_TRAINING), claimed=at_least_one())

    # That units can die says nothing about how many die for good.
    @reading("5 layers, deeper units stay dead", of="letter", depth=5, below_held=False,
             published="fails")  # fmt: skip
    @reading("20 layers, deeper units stay dead", of="letter", depth=20, below_held=False,
             published="fails")  # fmt: skip
    @control("5 layers, all below the last held fixed", depth=5, below_held=True)
    def test_share_of_dead_units_that_come_back(self, measure, depth, below_held):
        revived, dead = (
            share_of_units(what, deep("relu", depth), below_held=below_held, **IN_TRAINING)
            for what in ("revived units", "once dead units")
        )
        measure(revived / dead, claimed=practically_none())


@claim("act/leaky-fixes-dying", "maas2013, 2", "he2015, 2.1")
class TestLeakyReluAvoidsDying:
    """Leaky ReLU avoids the dying-unit problem."""

    @reading("torch's slope, 0.01", unit=units("leaky relu", -120, -0.001))
    @reading(
        "slopes from 0.001 to 0.3", unit=units("leaky relu", -120, -0.001, st.floats(0.001, 0.3))
    )
    @control("slope 0", unit=units("leaky relu", -120, -0.001, st.just(0.0)))
    def test_gradient_descent_still_moves_it(self, unit):
        assert not stuck(unit)

    @reading("20 layers after training", network=DEEP_LEAKY)
    @control("20 layers of ReLU", network=DEEP_RELU)
    def test_share_of_dead_units(self, measure, network):
        measure(share_of_units("dead units", network, **IN_TRAINING), claimed=practically_none())


@claim("act/leaky-nearly-as-fast", "maas2013, 2")
class TestLeakyReluIsNearlyAsFast:
    """Leaky ReLU is hardly slower than ReLU."""

    @reading("fixed slope", activation="leaky relu")
    @control("Mish", activation="mish")
    def test_training_step(self, race, activation):
        race(step(activation), step("relu"), claimed=nearly_as_fast())


@claim("act/leaky-variants-not-much-slower", "maas2013, 2", "he2015, 2.1")
class TestLeakyVariantsAreNotMuchSlower:
    """The leaky variants of ReLU are not much slower than ReLU."""

    @reading("fixed slope", activation="leaky relu", width=256)
    @reading("learned slope, PReLU", activation="prelu", width=256)
    @reading("random slope, RReLU", activation="rrelu", width=256)
    @control("fixed slope, layers twice as wide", activation="leaky relu", width=512)
    def test_training_step(self, race, activation, width):
        race(step(activation, width), step("relu"), claimed=not_much_slower())


@claim(
    "act/smooth-gates-cost-compute",
    "misra2020",
    "hendrycks2016, 2",
    correction=(
        "Alone, GELU takes {GELU} times as long as ReLU, Swish {Swish} times and Mish {Mish} "
        "times. In a whole network the difference is much smaller, because most of the time goes "
        "into products of matrices."
    ),
)
class TestSmoothGatesCostCompute:
    """GELU, Swish and Mish cost more computation than ReLU."""

    @reading("GELU", activation="gelu")
    @reading("Swish", activation="silu")
    @reading("Mish", activation="mish")
    @control("no activation", activation="identity")
    def test_time_forward_and_backward(self, race, activation):
        race(operation(activation, ELEMENTS), operation("relu", ELEMENTS), claimed=slower())


@claim(
    "act/glu-as-pointwise-activation",
    "dauphin2017, 2",
    "shazeer2020, 2",
    depends="holds for layers that are made twice as wide, since GLU halves the number of outputs",
    correction=(
        "GLU multiplies one half of a layer's outputs by the sigmoid of the other half, so it "
        "needs a layer twice as wide. With such a layer it does as well as ReLU (test accuracy: "
        "the same within {GLU, layers twice as wide:within}), as it does in Transformers (Shazeer "
        "2020). GELU, Swish and Mish need no such change."
    ),
)
class TestGluIsAnActivationLikeSwishAndMish:
    """GLU is an activation function used in place of ReLU, like Swish and Mish."""

    @reading(
        "even widths",
        activation="glu",
        block=blocks(even=True),
        wider=1,
        published="fails",
    )
    @reading("any width", activation="glu", block=blocks(), wider=1, published="fails")
    @reading("layers twice as wide", activation="glu", block=blocks(), wider=2)
    @control("GELU", activation="gelu", block=blocks(), wider=1)
    @control("Swish", activation="silu", block=blocks(), wider=1)
    @control("Mish", activation="mish", block=blocks(), wider=1)
    @control("Swish, layers twice as wide", activation="silu", block=blocks(), wider=2)
    def test_layer_hands_on_its_width(self, activation, block, wider):
        with refuted_by(RuntimeError):
            after = outputs(activation, block.widened(wider))
        assert after.shape == (block.samples, block.units)

    @reading("GLU, layers twice as wide", activation="glu")
    @control("softmax", activation="softmax")
    def test_accuracy_against_relu(self, measure, activation):
        measure(
            accuracy_in_relu_place(activation) - accuracy_in_relu_place("relu"), claimed=as_good()
        )


@claim("act/tanh-bounded-output", "lecun1998, 4.4")
class TestTanhOutputIsBounded:
    """A tanh output layer gives numbers in a fixed range, from -1 to 1."""

    @reading("any float32", activation="tanh", number=numbers("float32"))
    @reading("any float64", activation="tanh", number=numbers("float64"))
    @reading("any float16", activation="tanh", number=numbers("float16"))
    @reading("any bfloat16", activation="tanh", number=numbers("bfloat16"))
    @control("ELU", activation="elu", number=numbers("float32"))
    def test_output_lies_in_the_range(self, activation, number):
        assert -1 <= value(activation, number) <= 1

    @reading(
        "strictly inside, short of rounding", number=numbers_short_of_rounding("tanh", "float32")
    )
    @control("strictly inside, any float32", number=numbers("float32"))
    def test_output_lies_strictly_inside(self, number):
        assert -1 < value("tanh", number) < 1


@claim(
    "act/tanh-zero-centred",
    "lecun1998, 4.4",
    correction=(
        "tanh is odd, so its mean output is 0 if its inputs are symmetric about 0. Strictly "
        "speaking, inputs with another mean shift it."
    ),
)
class TestTanhOutputsAreZeroCentred:
    """The outputs of tanh are centred on zero."""

    @reading("inputs symmetric about 0", activation="tanh", inputs=mirrored(st.just(0.0)))
    @control("logistic sigmoid", activation="sigmoid", inputs=mirrored(st.just(0.0)))
    def test_mean_output_is_zero(self, activation, inputs):
        assert mean_output(activation, inputs) == 0

    @reading(
        "inputs symmetric about another mean",
        of="letter",
        inputs=mirrored(st.floats(0.5, 3)),
        published="fails",
    )
    @control("the same inputs centred", inputs=mirrored(st.just(0.0)))
    def test_mean_output_is_zero_for_other_inputs(self, inputs):
        assert mean_output("tanh", inputs) == 0


@claim("act/sigmoid-not-zero-centred", "lecun1998, 4.4")
class TestSigmoidOutputsAreNotZeroCentred:
    """The outputs of the sigmoid are not centred on zero."""

    @reading("inputs symmetric about 0", activation="sigmoid", inputs=mirrored(st.just(0.0)))
    @reading(
        "inputs symmetric about any mean", activation="sigmoid", inputs=mirrored(st.floats(-3, 3))
    )
    @control("tanh, inputs symmetric about 0", activation="tanh", inputs=mirrored(st.just(0.0)))
    def test_mean_output_is_not_zero(self, activation, inputs):
        assert mean_output(activation, inputs) != 0


@claim("act/sigmoid-outputs-probability", "gneiting2007, 3", "goodfellow2016, 6.2.2.2")
class TestSigmoidOutputsAProbability:
    """A sigmoid output layer is suitable for estimating a probability."""

    @reading("any float32", activation="sigmoid", number=numbers("float32"))
    @reading("any float64", activation="sigmoid", number=numbers("float64"))
    @reading("any float16", activation="sigmoid", number=numbers("float16"))
    @reading("any bfloat16", activation="sigmoid", number=numbers("bfloat16"))
    @control("tanh", activation="tanh", number=numbers("float32"))
    @control("no activation", activation="identity", number=numbers("float32"))
    def test_output_lies_between_0_and_1(self, activation, number):
        assert 0 <= value(activation, number) <= 1

    @reading(
        "strictly between, short of rounding",
        number=numbers_short_of_rounding("sigmoid", "float32"),
    )
    @control("strictly between, any float32", number=numbers("float32"))
    def test_output_lies_strictly_between(self, number):
        assert 0 < value("sigmoid", number) < 1

    @reading("fitted by log loss", loss="log loss")
    @control("fitted by squared hinge loss", loss="squared hinge loss")
    def test_estimates_are_calibrated(self, measure, loss):
        measure(calibration_slope(loss), claimed=equal_to(1))


@claim(
    "act/softplus-always-positive",
    "goodfellow2016, 3.10",
    "glorot2011, 3.1",
    correction=(
        "Softplus is positive everywhere. Strictly speaking, its computed value rounds to 0 once "
        "e^x underflows (in float32 at {any float32:counterexample}, in float16 at {any "
        "float16:counterexample}). Where a logarithm or a division follows, add a small constant."
    ),
)
class TestSoftplusIsAlwaysPositive:
    """The outputs of a softplus layer are positive."""

    @reading(
        "float32, short of underflow",
        activation="softplus",
        number=numbers_above_underflow("float32"),
    )
    @reading(
        "float64, short of underflow",
        activation="softplus",
        number=numbers_above_underflow("float64"),
    )
    @control("ReLU", activation="relu", number=numbers_above_underflow("float32"))
    def test_output_is_positive_in_real_analysis(self, activation, number):
        assert value(activation, number) > 0

    @reading("any float32", of="letter", number=numbers("float32"), published="fails")
    @reading("any float64", of="letter", number=numbers("float64"), published="fails")
    @reading("any float16", of="letter", number=numbers("float16"), published="fails")
    @reading("any bfloat16", of="letter", number=numbers("bfloat16"), published="fails")
    @control("bfloat16, short of underflow", number=numbers_above_underflow("bfloat16"))
    def test_output_is_positive_as_computed(self, number):
        assert value("softplus", number) > 0


@claim("act/softmax-exclusive-classes", "bridle1990", "goodfellow2016, 6.2.2.3")
class TestSoftmaxGivesADistributionOverExclusiveClasses:
    """A softmax output layer gives a probability distribution over mutually exclusive classes."""

    @reading("softmax", activation="softmax", scored=scores())
    @control("sigmoid for each class", activation="sigmoid", scored=scores())
    def test_outputs_are_shares_of_one(self, activation, scored):
        shares = probabilities(activation, scored)
        assert min(shares) >= 0
        assert abs(sum(shares) - 1) <= rounding_of_a_sum(len(shares))

    @reading("no two classes likely together", activation="softmax", scored=scores())
    @control("sigmoid, several classes likely", activation="sigmoid", scored=scores())
    def test_at_most_one_class_has_more_than_half(self, activation, scored):
        assert sum(share > 1 / 2 for share in probabilities(activation, scored)) <= 1
