"""SELU as a function: its values, its slope, its dead units and its zeros."""

from hypothesis import strategies as st

from refute import claim, control, no, reading
from refute.lab.activations.activity import after_training as activity
from refute.lab.activations.lives import share_of_units
from refute.lab.activations.numbers import (
    derivative,
    mean_output,
    mirrored,
    numbers,
    numbers_above_underflow,
    value,
)
from refute.lab.activations.shapes import across_zero
from refute.lab.activations.units import stuck, units
from refute.lab.bench.initializers import GLOROT_NORMAL, HE_NORMAL, LECUN_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import Adam
from refute.lab.bench.stack.stepping import Penalty
from refute.wording import generally, noticeably_less, practically_none, visibly_more

SELU = Network(activation="selu", weights=LECUN_NORMAL)
RELU = Network(activation="relu", weights=HE_NORMAL)
DEEP_SELU = Network(hidden=(100,) * 20, activation="selu", weights=LECUN_NORMAL)
DEEP_RELU = Network(hidden=(100,) * 20)
TANH = Network(activation="tanh", weights=GLOROT_NORMAL)


@claim("selu/takes-negative-values", "klambauer2017, eq. 2")
class TestSeluTakesNegativeValues:
    """SELU can output negative values."""

    @reading(
        "float32 inputs below 0", activation="selu", number=numbers("float32", high=0, zero=False)
    )
    @reading(
        "float64 inputs below 0", activation="selu", number=numbers("float64", high=0, zero=False)
    )
    @reading(
        "float16 inputs below 0", activation="selu", number=numbers("float16", high=0, zero=False)
    )
    @reading(
        "bfloat16 inputs below 0", activation="selu", number=numbers("bfloat16", high=0, zero=False)
    )
    @control("ReLU", activation="relu", number=numbers("float32", high=0, zero=False))
    def test_output_is_negative(self, activation, number):
        assert value(activation, number) < 0


@claim(
    "selu/always-nonzero-derivative",
    "klambauer2017, eq. 2",
    correction=(
        "The derivative is positive on both sides of 0. Strictly speaking, its computed value is "
        "exactly 0 once e^x underflows, far below the inputs that a network meets (in float32 at "
        "{any float32:counterexample}). In torch's in-place form this happens sooner, once the "
        "output rounds to its limit ({in place, short of underflow:counterexample})."
    ),
)
class TestSeluDerivativeIsNeverZero:
    """SELU's derivative is non-zero everywhere."""

    @reading(
        "float32, short of underflow",
        activation="selu",
        number=numbers_above_underflow("float32"),
    )
    @reading(
        "float64, short of underflow",
        activation="selu",
        number=numbers_above_underflow("float64"),
    )
    @control("ReLU", activation="relu", number=numbers_above_underflow("float32"))
    def test_derivative_is_not_zero_in_real_analysis(self, activation, number):
        assert derivative(activation, number) != 0

    @reading(
        "any float32",
        of="letter",
        activation="selu",
        number=numbers("float32"),
        published="fails",
    )
    @reading(
        "any float64",
        of="letter",
        activation="selu",
        number=numbers("float64"),
        published="fails",
    )
    @reading(
        "in place, short of underflow",
        of="letter",
        activation="selu in place",
        number=numbers_above_underflow("float32"),
        published="fails",
    )
    @control("leaky ReLU", activation="leaky relu", number=numbers_above_underflow("float32"))
    def test_derivative_is_not_zero_as_computed(self, activation, number):
        assert derivative(activation, number) != 0


@claim(
    "selu/no-dead-units",
    "klambauer2017, Self-normalizing neural networks",
    "maas2013, 2",
    correction=(
        "At the largest learning rate at which networks of 20 layers learn, {ReLU, slope "
        "0:percent} of the ReLU units are dead after five epochs, and {20 layers, slope "
        "0:percent} of the SELU units. Strictly speaking, a SELU unit that is far below 0 on "
        "every sample is stuck too, because float32 rounds its steps away."
    ),
)
class TestSeluUnitsDoNotDie:
    """SELU units do not die as ReLU units do."""

    @reading("input down to -5", unit=units("selu", -5, -0.001))
    @control("ReLU, input down to -5", unit=units("relu", -5, -0.001))
    def test_gradient_descent_moves_a_unit_below_zero(self, unit):
        assert not stuck(unit)

    @reading("input down to -40", of="letter", unit=units("selu", -40, -0.001), published="fails")
    @control("leaky ReLU, input down to -40", unit=units("leaky relu", -40, -0.001))
    def test_gradient_descent_moves_a_saturated_unit(self, unit):
        assert not stuck(unit)

    # 0.003 is the largest of the learning rates 0.001, 0.003 and 0.01 at which both learn.
    @reading("20 layers, slope 0", network=DEEP_SELU, what="dead units")
    @reading("20 layers, slope below 0.01", network=DEEP_SELU, what="all but dead units")
    @control("ReLU, slope 0", network=DEEP_RELU, what="dead units")
    def test_share_of_dead_units_after_training(self, measure, network, what):
        dead = share_of_units(what, network, optimizer=Adam(lr=0.003), steps=220)
        measure(dead, claimed=practically_none())


@claim(
    "selu/produces-sparsity",
    "klambauer2017, eq. 2",
    "glorot2011, 3.1",
    correction=(
        "SELU is 0 only at 0, so that a trained network has no more activations at zero than one "
        "with tanh, whereas ReLU has {ReLU:points} more. The share of weights below 0.01 is {small "
        "weights:points} higher than with ReLU; it is an ℓ₁ penalty that makes weights small "
        "(a share higher by {small weights with an ℓ₁ penalty:points})."
    ),
)
class TestSeluProducesSparsity:
    """SELU makes a network sparse: many of its activations, or of its weights, are zero."""

    @reading(
        "some input other than 0 gives 0",
        activation="selu",
        number=no(numbers("float32", zero=False)),
        published="fails",
    )
    @control(
        "some input other than 0 gives 0 with ReLU",
        activation="relu",
        number=no(numbers("float32", zero=False)),
    )
    def test_output_is_zero(self, activation, number):
        assert value(activation, number) == 0

    @reading("exact zeros", network=SELU, zeros="zero activations", published="fails")
    @reading("near zeros", network=SELU, zeros="activations near zero", published="fails")
    @control("ReLU", network=RELU, zeros="zero activations")
    def test_share_of_zero_activations_against_tanh(self, measure, network, zeros):
        measure(activity(zeros, network) - activity(zeros, TANH), claimed=visibly_more())

    @reading("small weights", penalty=None, published="fails")
    @control("small weights with an ℓ₁ penalty", penalty=Penalty(1, 1e-3))
    def test_share_of_small_weights_against_relu(self, measure, penalty):
        small = "weights below 0.01"
        measure(
            activity(small, SELU, penalty=penalty) - activity(small, RELU), claimed=visibly_more()
        )


@claim(
    "selu/smooth-everywhere",
    "klambauer2017, eq. 2",
    "clevert2016, 3",
    correction=(
        "SELU is continuous, but it has a kink at 0, where its slope drops from 1.76 on the left "
        "to 1.05 on the right. ELU with α = 1 has none."
    ),
)
class TestSeluIsSmooth:
    """SELU is smooth: it is differentiable everywhere."""

    @reading("slopes", pair=across_zero("selu", 1), published="fails")
    @control("slopes of ELU", pair=across_zero("elu", 1))
    def test_derivative_does_not_jump_at_zero(self, pair):
        assert not pair.jumps()


@claim(
    "selu/mean-closer-to-zero",
    "klambauer2017, Self-normalizing neural networks",
    "clevert2016, 3",
    correction=(
        "In networks this is so, before and after training. Strictly speaking, a unit whose inputs "
        "are nearly all below 0 has a mean nearer to zero with ReLU, which outputs 0 there, while "
        "SELU outputs values down to −1.76."
    ),
)
class TestSeluBringsMeansNearerToZero:
    """Because SELU can be negative, a layer's mean output is usually nearer to zero than with
    ReLU."""

    @reading("2 layers at the start", network=SELU, steps=0)
    @reading("2 layers after 15 epochs", network=SELU, steps=660)
    @control("softplus at the start", network=Network(activation="softplus"), steps=0)
    def test_distance_of_means_from_zero_over_relus(self, measure, network, steps):
        own, relu = (
            activity("distance of mean outputs from 0", arm, steps=steps) for arm in (network, RELU)
        )
        measure((own / relu).within(noticeably_less()), claimed=generally())

    @reading("inputs around 0", activation="selu", inputs=mirrored(st.just(0.0)))
    @reading(
        "inputs around -3",
        of="letter",
        activation="selu",
        inputs=mirrored(st.just(-3.0)),
        published="fails",
    )
    @control("softplus, inputs around 0", activation="softplus", inputs=mirrored(st.just(0.0)))
    def test_a_units_mean_is_no_further_from_zero_than_relus(self, activation, inputs):
        assert abs(mean_output(activation, inputs)) <= mean_output("relu", inputs)
