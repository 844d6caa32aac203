"""Advantages of SELU, and what they rest on."""

from dataclasses import replace

from refute import claim, control, no, reading
from refute.lab.activations.activity import after_training as activity
from refute.lab.activations.lives import of_units
from refute.lab.activations.numbers import derivative, numbers, numbers_above_underflow, value
from refute.lab.activations.units import stuck, units
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import (
    GLOROT_NORMAL,
    HE_NORMAL,
    LECUN_NORMAL,
    LECUN_UNIFORM,
    FanInUniform,
    Orthogonal,
)
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.stack.stepping import Penalty
from refute.lab.bench.training_time import training
from refute.lab.bench.tuning import PLAIN_SGD, at_rates, steps_to_loss_tuned
from refute.lab.self_normalization.moments import after_training, at_the_start
from refute.lab.self_normalization.selu_networks import normalizes_itself, selu_networks
from refute.wording import (
    faster,
    generally,
    practically_none,
    unit_variance,
    visibly_more,
    zero_mean,
)

SELU = Network(activation="selu", weights=LECUN_NORMAL)
RELU = Network(activation="relu", weights=HE_NORMAL)
DEEP_SELU = Network(hidden=(100,) * 20, activation="selu", weights=LECUN_NORMAL)
DEEP_RELU = Network(hidden=(100,) * 20)
TANH = Network(activation="tanh", weights=GLOROT_NORMAL)

SGD_20 = at_rates(PLAIN_SGD, [0.01])
SGD_2 = at_rates(PLAIN_SGD, [0.1, 0.3, 1.0])
ADAM_2 = at_rates(Adam(), [0.001, 0.01])

STANDARDISED = Digits()
RAW = Digits(scaling="raw")


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
    "selu/self-normalizes",
    "klambauer2017, 2",
    "klambauer2017, new dropout technique",
    depends=(
        "holds at the start of training, for a plain stack of layers with weights of mean 0 and "
        "variance 1 / fan_in and standardised inputs; it does not hold once the network has been "
        "trained, nor for other weights or inputs, ordinary dropout or skip connections"
    ),
    correction=(
        "At the start of training the variance of every layer stays near 1 in a plain stack with "
        "LeCun's weights and standardised inputs ({20 layers} at the worst of 20 layers). "
        "Training moves it: after five epochs to {trained, 20 layers, plain SGD} with plain SGD "
        "and to {trained, 20 layers, Adam} with Adam. Where a condition is missing it is off from "
        "the start: {He's weights} with He's weights, {torch's default weights} with torch's "
        "default ones, {inputs between 0 and 1, the last layer} at layer 20 for inputs between 0 "
        "and 1, {dropout 0.5} with dropout 0.5, and with skip connections it grows from layer to "
        "layer. Alpha dropout, which was made for SELU, keeps it ({alpha dropout 0.5})."
    ),
)
class TestSeluSelfNormalizes:
    """A network of SELU layers normalizes itself: each layer's output has mean 0, variance 1."""

    @reading("20 layers", depth=20, activation="selu")
    @reading("40 layers", depth=40, activation="selu")
    @control("ELU", depth=20, activation="elu")
    def test_variance_in_a_plain_stack_at_the_start(self, measure, depth, activation):
        measure(
            at_the_start("variance", depth=depth, activation=activation), claimed=unit_variance()
        )

    @reading("mean, 20 layers", depth=20, network=SELU)
    @reading("mean, 40 layers", depth=40, network=SELU)
    @control("mean, ReLU with He's weights", depth=20, network=RELU)
    def test_mean_in_a_plain_stack_at_the_start(self, measure, depth, network):
        measure(
            at_the_start(
                "mean", depth=depth, activation=network.activation, weights=network.weights
            ),
            claimed=zero_mean(),
        )

    @reading(
        "trained, 20 layers, plain SGD", depth=20, optimizer=PLAIN_SGD, steps=220, published="fails"
    )
    @reading("trained, 20 layers, Adam", depth=20, optimizer=Adam(), steps=220, published="fails")
    @reading(
        "trained, 5 layers, SGD with momentum",
        depth=5,
        optimizer=SGD(),
        steps=660,
        published="fails",
    )
    @control("before training, 20 layers", depth=20, optimizer=Adam(), steps=0)
    def test_variance_after_training(self, measure, depth, optimizer, steps):
        trained = after_training("variance", depth=depth, optimizer=optimizer, steps=steps)
        measure(trained, claimed=unit_variance())

    @reading("any wide plain stack", network=selu_networks(suitable=True))
    @control("any with He's weights", network=selu_networks(suitable=True, gain=2.0))
    def test_no_network_is_found_that_does_not(self, network):
        assert normalizes_itself(network)

    @reading("inputs of twice the variance, by the last layer", weights=LECUN_NORMAL)
    @reading("inputs of twice the variance, orthogonal weights", weights=Orthogonal())
    @control("inputs of twice the variance, He's weights", weights=HE_NORMAL)
    def test_layers_bring_the_variance_back(self, measure, weights):
        variance = at_the_start(
            "variance", weights=weights, data=None, variance=2.0, layers="the last layer"
        )
        measure(variance, claimed=unit_variance())

    @reading("uniform weights of LeCun's variance", weights=LECUN_UNIFORM)
    @reading("orthogonal weights", weights=Orthogonal())
    @reading("Glorot's weights, layers of equal width", weights=GLOROT_NORMAL)
    @reading("He's weights", weights=HE_NORMAL, published="fails")
    @reading("torch's default weights", weights=FanInUniform(), published="fails")
    @control("LeCun's weights", weights=LECUN_NORMAL)
    def test_variance_with_other_weights(self, measure, weights):
        measure(at_the_start("variance", weights=weights, data=None), claimed=unit_variance())

    @reading("inputs between 0 and 1", data=RAW, layers="every layer", published="fails")
    @reading(
        "inputs between 0 and 1, the last layer",
        data=RAW,
        layers="the last layer",
        published="fails",
    )
    @control("standardised inputs", data=STANDARDISED, layers="every layer")
    @control("standardised inputs, the last layer", data=STANDARDISED, layers="the last layer")
    def test_variance_with_other_inputs(self, measure, data, layers):
        measure(at_the_start("variance", data=data, layers=layers), claimed=unit_variance())

    @reading("dropout 0.1", dropout=0.1, kind="standard", dropping=True, published="fails")
    @reading("dropout 0.5", dropout=0.5, kind="standard", dropping=True, published="fails")
    @reading("alpha dropout 0.1", dropout=0.1, kind="alpha", dropping=True)
    @reading("alpha dropout 0.5", dropout=0.5, kind="alpha", dropping=True)
    @control("dropout 0.5, predicting", dropout=0.5, kind="standard", dropping=False)
    def test_variance_with_dropout(self, measure, dropout, kind, dropping):
        measure(
            at_the_start("variance", dropout=dropout, dropout_kind=kind, dropping=dropping),
            claimed=unit_variance(),
        )

    @reading("skip connections", skip=True, published="fails")
    @control("no skip connections", skip=False)
    def test_variance_with_skip_connections(self, measure, skip):
        measure(at_the_start("variance", data=None, skip=skip), claimed=unit_variance())


@claim(
    "selu/always-nonzero-derivative",
    "klambauer2017, eq. 2",
    correction=(
        "The derivative is positive on either side of 0. Strictly speaking, a computed one is "
        "exactly 0 once e^x underflows, far below the inputs that a network meets (in float32 at "
        "{any float32:counterexample}), and torch's in-place form gets there sooner, once the "
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
    "klambauer2017, 2",
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

    # Of the learning rates 0.001, 0.003 and 0.01, 0.003 is the largest at which both learn.
    @reading("20 layers, slope 0", network=DEEP_SELU, what="dead units")
    @reading("20 layers, slope below 0.01", network=DEEP_SELU, what="all but dead units")
    @control("ReLU, slope 0", network=DEEP_RELU, what="dead units")
    def test_share_of_dead_units_after_training(self, measure, network, what):
        dead = of_units(what, network, optimizer=Adam(lr=0.003), steps=220)
        measure(dead, claimed=practically_none())


@claim(
    "selu/produces-sparsity",
    "klambauer2017, eq. 2",
    "glorot2011, 3",
    correction=(
        "SELU is 0 at 0 only: in a trained network none of its activations are zero, as with tanh "
        "(difference {exact zeros}), where ReLU adds {ReLU:points}; and of its weights {small "
        "weights:points} more than with ReLU are below 0.01, where an ℓ₁ penalty adds {small "
        "weights with an ℓ₁ penalty:points}."
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
    "selu/learns-faster",
    "klambauer2017, 4",
    depends=(
        "holds with plain SGD and with Adam at its default rate; with Adam at the better of two "
        "rates, stacks of two layers have no such lead"
    ),
    correction=(
        "With plain SGD training takes {time, 20 layers, same rate} times as long as with ReLU and "
        "He's weights in stacks of 20 layers, and {time, 2 layers, better of several rates} times "
        "in stacks of 2; with Adam at the better of two rates SELU takes noticeably fewer steps "
        "in a share of {2 layers, Adam, better of two rates} of the runs only, and "
        "{time, 2 layers, Adam, better of two rates} times as long."
    ),
)
class TestSeluNetworksLearnFaster:
    """Networks with SELU usually learn faster than networks with ReLU."""

    @reading(
        "20 layers, same rate",
        depth=20,
        network=SELU,
        optimizers=SGD_20,
        steps=220,
    )
    @reading(
        "20 layers, better of several rates",
        depth=20,
        network=SELU,
        optimizers=at_rates(PLAIN_SGD, [0.003, 0.01, 0.03]),
        steps=220,
    )
    @reading(
        "2 layers, same rate",
        depth=2,
        network=SELU,
        optimizers=at_rates(PLAIN_SGD, [0.01]),
        steps=660,
    )
    @reading(
        "2 layers, better of several rates",
        depth=2,
        network=SELU,
        optimizers=SGD_2,
        steps=220,
    )
    @reading(
        "2 layers, Adam at its default rate",
        depth=2,
        network=SELU,
        optimizers=(Adam(),),
        steps=220,
    )
    @reading(
        "2 layers, Adam, better of two rates",
        depth=2,
        network=SELU,
        optimizers=ADAM_2,
        steps=220,
        published="fails",
    )
    @control(
        "ReLU, other seeds",
        depth=2,
        network=RELU,
        optimizers=at_rates(PLAIN_SGD, [0.01]),
        steps=660,
    )
    def test_steps_to_the_same_loss(self, measure, depth, network, optimizers, steps):
        one, other = (
            steps_to_loss_tuned(optimizers, network=arm, hidden=(100,) * depth, steps=steps)
            for arm in (network, RELU)
        )
        measure((one / other).within(faster()), claimed=generally())

    @reading("time, 20 layers, same rate", depth=20, network=SELU, optimizers=SGD_20, steps=220)
    @reading(
        "time, 2 layers, better of several rates",
        depth=2,
        network=SELU,
        optimizers=SGD_2,
        steps=220,
    )
    @reading(
        "time, 2 layers, Adam, better of two rates",
        depth=2,
        network=SELU,
        optimizers=ADAM_2,
        steps=220,
        published="fails",
    )
    @control("time, ReLU again", depth=2, network=RELU, optimizers=SGD_2, steps=220)
    def test_time_to_the_same_loss(self, race, depth, network, optimizers, steps):
        one, other = (
            training(replace(arm, hidden=(100,) * depth), optimizers, steps=steps)
            for arm in (network, RELU)
        )
        race(one, other, claimed=faster())
