"""Advantages of SELU, and what they rest on."""

from refute import claim, control, no, reading
from refute.lab.activations.activity import after_training
from refute.lab.activations.numbers import derivative, numbers, numbers_above_underflow, value
from refute.lab.activations.units import stuck, units
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import (
    GLOROT_NORMAL,
    HE_NORMAL,
    LECUN_NORMAL,
    LECUN_UNIFORM,
    Orthogonal,
    VarianceScaling,
)
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.quantities import steps_to_loss
from refute.lab.bench.tuning import PLAIN_SGD, at_rates, steps_to_loss_tuned
from refute.lab.self_normalization.self_normalization import normalization_error
from refute.lab.self_normalization.selu_networks import normalizes_itself, selu_networks
from refute.wording import (
    all_met,
    faster,
    generally,
    practically_none,
    violated,
    visibly_more,
)

SELU = Network(activation="selu", weights=LECUN_NORMAL)
RELU = Network(activation="relu", weights=HE_NORMAL)
TANH = Network(activation="tanh", weights=GLOROT_NORMAL)

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


@claim("selu/self-normalizes-under-conditions", "klambauer2017, 2")
class TestSeluSelfNormalizesUnderConditions:
    """A plain stack of SELU layers with LeCun's weights and standardised inputs self-normalizes."""

    @reading("20 layers", depth=20, activation="selu", weights=LECUN_NORMAL)
    @reading("40 layers", depth=40, activation="selu", weights=LECUN_NORMAL)
    @control("ELU", depth=20, activation="elu", weights=LECUN_NORMAL)
    @control("He's weights", depth=20, activation="selu", weights=HE_NORMAL)
    def test_every_layer_has_mean_0_and_variance_1(self, measure, depth, activation, weights):
        measure(
            normalization_error(depth=depth, activation=activation, weights=weights),
            claimed=all_met(),
        )

    @reading("any wide network that meets the conditions", network=selu_networks(suitable=True))
    @control("the same with He's weights", network=selu_networks(suitable=True, gain=2.0))
    def test_no_network_is_found_that_does_not(self, network):
        assert normalizes_itself(network)


@claim(
    "selu/self-normalizes-unconditionally",
    "klambauer2017, 2",
    correction=(
        "SELU self-normalizes plain stacks with LeCun's weights, standardised inputs and no "
        "ordinary dropout; with a skip connection, say, or inputs between 0 and 1 it does not."
    ),
)
class TestSeluSelfNormalizesUnconditionally:
    """Networks of SELU layers self-normalize, whatever their weights, inputs and other layers."""

    @reading("any SELU network", network=selu_networks(), published="fails")
    @reading(
        "with skip connections only",
        network=selu_networks(suitable=True, skip=True),
        published="fails",
    )
    @reading(
        "with raw inputs only",
        network=selu_networks(suitable=True, inputs="raw"),
        published="fails",
    )
    @control("only those that meet the conditions", network=selu_networks(suitable=True))
    def test_every_layer_has_mean_0_and_variance_1(self, network):
        assert normalizes_itself(network)


@claim(
    "selu/needs-lecun-init",
    "klambauer2017, 3",
    "lecun1998, 4.6",
    correction=(
        "What is needed is weights of variance 1 / fan_in and mean 0: half or twice of it is "
        "{half of LeCun's variance} and {He's weights} times as far off as self-normalization "
        "allows, but orthogonal square matrices ({orthogonal weights}) and Glorot's weights in "
        "layers of equal width ({Glorot's weights, equal widths}) do as well as LeCun's."
    ),
)
class TestSelfNormalizationNeedsLecunInitialization:
    """Self-normalization needs LeCun's initialization: with other weights there is none."""

    @reading("He's weights", weights=HE_NORMAL)
    @reading("half of LeCun's variance", weights=VarianceScaling(0.5))
    @control("LeCun's weights, normal", weights=LECUN_NORMAL)
    @control("LeCun's weights, uniform", weights=LECUN_UNIFORM)
    def test_another_variance_ends_it(self, measure, weights):
        measure(normalization_error(weights=weights, data=None), claimed=violated())

    @reading("orthogonal weights", weights=Orthogonal(), published="fails")
    @reading("Glorot's weights, equal widths", weights=GLOROT_NORMAL, published="fails")
    @control("orthogonal weights of twice the variance", weights=Orthogonal(gain=2**0.5))
    def test_another_recipe_ends_it(self, measure, weights):
        measure(normalization_error(weights=weights, data=None), claimed=violated())


@claim(
    "selu/needs-standardized-inputs",
    "klambauer2017, 2",
    correction=(
        "Units that see inputs between 0 and 1 stay off for good, {each unit, the last layer} "
        "times as far as self-normalization allows at layer 20; only the statistic over all "
        "units pooled, which hides that, recovers by then "
        "({all units pooled, the last layer})."
    ),
)
class TestSelfNormalizationNeedsStandardizedInputs:
    """Self-normalization needs standardised inputs: with others there is none."""

    @reading("each unit, every layer", data=RAW, layers="every layer")
    @reading("each unit, the last layer", data=RAW, layers="the last layer")
    @control("standardised, every layer", data=STANDARDISED, layers="every layer")
    @control("standardised, the last layer", data=STANDARDISED, layers="the last layer")
    def test_each_unit_leaves_mean_0_or_variance_1(self, measure, data, layers):
        measure(normalization_error(data=data, layers=layers), claimed=violated())

    @reading("all units pooled, the last layer", weights=LECUN_NORMAL, published="fails")
    @control("all units pooled, He's weights", weights=HE_NORMAL)
    def test_the_pooled_units_leave_mean_0_or_variance_1(self, measure, weights):
        pooled = normalization_error(
            data=RAW, weights=weights, over="all units pooled", layers="the last layer"
        )
        measure(pooled, claimed=violated())


@claim("selu/plain-dropout-incompatible", "klambauer2017, new dropout technique")
class TestPlainDropoutIsIncompatibleWithSelfNormalization:
    """Ordinary dropout is incompatible with self-normalization: in training there is none."""

    @reading("rate 0.1", dropout=0.1, kind="standard", dropping=True)
    @reading("rate 0.5", dropout=0.5, kind="standard", dropping=True)
    @control("alpha dropout, rate 0.1", dropout=0.1, kind="alpha", dropping=True)
    @control("alpha dropout, rate 0.5", dropout=0.5, kind="alpha", dropping=True)
    @control("rate 0.5, predicting", dropout=0.5, kind="standard", dropping=False)
    def test_some_layer_leaves_mean_0_or_variance_1(self, measure, dropout, kind, dropping):
        measure(
            normalization_error(dropout=dropout, dropout_kind=kind, dropping=dropping),
            claimed=violated(),
        )


@claim(
    "selu/always-nonzero-derivative",
    "klambauer2017, eq. 2",
    correction=(
        "The real function's derivative is positive on either side of 0, but a computed one is "
        "exactly 0 where e^x underflows (in float32 at {any float32:counterexample}), and with "
        "torch's in-place form far earlier "
        "({in place, short of underflow:counterexample})."
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

    @reading("any float32", activation="selu", number=numbers("float32"), published="fails")
    @reading("any float64", activation="selu", number=numbers("float64"), published="fails")
    @reading(
        "in place, short of underflow",
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
        "A SELU unit pushed a little below 0 still learns where a ReLU unit would not, but one "
        "pushed far below is stuck as well, and "
        "training at ten times the usual rate leaves a share of {learning rate 0.1} of the "
        "units without any gradient."
    ),
)
class TestSeluUnitsDoNotDie:
    """SELU is free of the dying-unit problem."""

    @reading("input down to -5", unit=units("selu", -5, -0.001))
    @control("ReLU, input down to -5", unit=units("relu", -5, -0.001))
    def test_gradient_descent_moves_a_unit_below_zero(self, unit):
        assert not stuck(unit)

    @reading("input down to -40", unit=units("selu", -40, -0.001), published="fails")
    @control("leaky ReLU, input down to -40", unit=units("leaky relu", -40, -0.001))
    def test_gradient_descent_moves_a_saturated_unit(self, unit):
        assert not stuck(unit)

    @reading("learning rate 0.1", optimizer=SGD(lr=0.1), published="fails")
    @control("learning rate 0.01", optimizer=SGD(lr=0.01))
    def test_share_of_dead_units_after_training(self, measure, optimizer):
        measure(after_training("dead units", SELU, optimizer=optimizer), claimed=practically_none())


@claim(
    "selu/produces-sparsity",
    "klambauer2017, eq. 2",
    "glorot2011, 3",
    correction=(
        "SELU is 0 at 0 only: in a trained network none of its activations are zero, as with "
        "tanh (difference {exact zeros}), where ReLU adds {ReLU} to the share."
    ),
)
class TestSeluProducesSparsity:
    """SELU produces sparsity: activations that are zero."""

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
        measure(
            after_training(zeros, network) - after_training(zeros, TANH), claimed=visibly_more()
        )


@claim(
    "selu/learns-faster",
    "klambauer2017, 4",
    correction=(
        "With plain SGD SELU usually needs fewer steps than ReLU with He's weights, in deep and "
        "in shallow stacks; with Adam at a rate that suits ReLU, a shallow stack gains only in a "
        "share of {2 layers, Adam at a rate that suits ReLU} of the runs."
    ),
)
class TestSeluNetworksLearnFaster:
    """Networks with SELU usually learn faster than networks with ReLU."""

    @reading(
        "20 layers, same rate",
        depth=20,
        network=SELU,
        optimizers=at_rates(PLAIN_SGD, [0.01]),
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
        optimizers=at_rates(PLAIN_SGD, [0.1, 0.3, 1.0]),
        steps=220,
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

    @reading("2 layers, Adam at a rate that suits ReLU", optimizer=Adam(lr=0.01), published="fails")
    @control("2 layers, Adam at its default rate", optimizer=Adam(lr=0.001))
    def test_steps_with_adam(self, measure, optimizer):
        one, other = (
            steps_to_loss(network=arm, optimizer=optimizer, steps=220) for arm in (SELU, RELU)
        )
        measure((one / other).within(faster()), claimed=generally())
