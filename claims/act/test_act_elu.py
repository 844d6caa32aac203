"""ELU: its lower limit, its kink, its mean, its dead units and its cost."""

from hypothesis import strategies as st

from refute import claim, control, reading
from refute.lab.activations.activity import after_training
from refute.lab.activations.lives import share_of_units
from refute.lab.activations.numbers import (
    derivative,
    gaussians,
    mean_output,
    numbers,
    numbers_above_underflow,
)
from refute.lab.activations.shapes import OTHER_ALPHAS, across_zero, depths
from refute.lab.activations.units import stuck, units
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import Adam
from refute.lab.bench.timing import operation
from refute.wording import noticeably_less, practically_none, slower

ELEMENTS = 1 << 18
FIVE_LAYERS = (100,) * 5


@claim(
    "act/elu-unbounded-below",
    "clevert2016, 3",
    correction=(
        "ELU saturates: far below 0 its output approaches −α, which is −1 by default. It is leaky "
        "ReLU that has no lower bound."
    ),
)
class TestEluIsUnboundedBelow:
    """ELU goes to minus infinity for very negative inputs: its range is all real numbers."""

    @reading("float32", depth=depths("elu"), published="fails")
    @reading("float64", depth=depths("elu", "float64"), published="fails")
    @reading("α from 0.1 to 5", depth=depths("elu", alphas=st.floats(0.1, 5)), published="fails")
    @control("leaky ReLU", depth=depths("leaky relu"))
    def test_any_level_is_passed(self, depth):
        assert depth.reached()


@claim(
    "act/elu-smooth",
    "clevert2016, 3",
    "barron2017",
    depends="holds with the usual α = 1; with any other α there is a kink at 0",
    correction=(
        "With α = 1, the default, ELU's derivative is continuous everywhere. With another α, the "
        "slopes on the two sides of 0 are α and 1 (CELU repairs that). Strictly speaking, the "
        "second derivative jumps at 0 even with α = 1."
    ),
)
class TestEluIsSmooth:
    """ELU is smooth everywhere, including at 0."""

    @reading("α = 1", pair=across_zero("elu", 1))
    @reading("any other α", pair=across_zero("elu", 1, OTHER_ALPHAS), published="fails")
    @reading(
        "α = 1, the second derivative",
        of="letter",
        pair=across_zero("elu", 2),
        published="fails",
    )
    @control("ReLU", pair=across_zero("relu", 1))
    @control("SELU", pair=across_zero("selu", 1))
    @control("softplus, the second derivative", pair=across_zero("softplus", 2))
    def test_derivative_does_not_jump(self, pair):
        assert not pair.jumps()


@claim(
    "act/elu-mean-nearer-zero",
    "clevert2016, 3",
    "clevert2016, 4.1.1",
    correction=(
        "ELU's mean outputs are nearer to zero: {at the start} times as far away as ReLU's at the "
        "start and {after 15 epochs} times after training. Strictly speaking, units whose inputs "
        "are mostly negative are the exception: there ReLU outputs almost 0, and ELU nearly −1."
    ),
)
class TestEluMeansAreNearerToZero:
    """Because it takes negative values, ELU keeps average outputs nearer to zero than ReLU does."""

    @reading("inputs around zero", activation="elu", inputs=gaussians(0, 0))
    @reading("inputs with a mean of up to a deviation", activation="elu", inputs=gaussians(0, 1))
    @control("softplus", activation="softplus", inputs=gaussians(0, 1))
    def test_mean_of_a_unit(self, activation, inputs):
        assert abs(mean_output(activation, inputs)) < abs(mean_output("relu", inputs))

    @reading(
        "inputs mostly below zero",
        of="letter",
        inputs=gaussians(-3, -1),
        published="fails",
    )
    @control("inputs above those", inputs=gaussians(0, 1))
    def test_mean_of_a_unit_that_is_mostly_off(self, inputs):
        assert abs(mean_output("elu", inputs)) < abs(mean_output("relu", inputs))

    @reading("at the start", activation="elu", steps=0)
    @reading("after 15 epochs", activation="elu", steps=660)
    @control("softplus at the start", activation="softplus", steps=0)
    def test_means_in_a_network(self, measure, activation, steps):
        elu, relu = (
            after_training("distance of mean outputs from 0", Network(activation=arm), steps=steps)
            for arm in (activation, "relu")
        )
        measure(elu / relu, claimed=noticeably_less())


@claim(
    "act/elu-cannot-die",
    "clevert2016, 3",
    "maas2013, 2",
    correction=(
        "Where ReLU units die ({5 layers of ReLU:percent range} of them in networks of five "
        "layers), ELU units keep learning ({5 layers:percent} of them die). Strictly speaking, a "
        "unit that is far below 0 on every sample is stuck too: its derivative is so small that "
        "float32 rounds the step away."
    ),
)
class TestEluUnitsCannotDie:
    """ELU units do not die, since their gradient is not zero for negative inputs."""

    @reading("input down to -5", unit=units("elu", -5, -0.001))
    @control("ReLU, input down to -5", unit=units("relu", -5, -0.001))
    def test_gradient_descent_moves_a_unit_below_zero(self, unit):
        assert not stuck(unit)

    @reading("input down to -40", of="letter", unit=units("elu", -40, -0.001), published="fails")
    @control("leaky ReLU, input down to -40", unit=units("leaky relu", -40, -0.001))
    def test_gradient_descent_moves_a_saturated_unit(self, unit):
        assert not stuck(unit)

    @reading("short of underflow", activation="elu", number=numbers_above_underflow("float32"))
    @reading(
        "any float32",
        of="letter",
        activation="elu",
        number=numbers("float32"),
        published="fails",
    )
    @control("ReLU", activation="relu", number=numbers_above_underflow("float32"))
    @control("leaky ReLU, any float32", activation="leaky relu", number=numbers("float32"))
    def test_derivative_is_not_zero(self, activation, number):
        assert derivative(activation, number) != 0

    # 0.003 is the largest of the learning rates 0.001, 0.003 and 0.01 at which both learn.
    @reading("5 layers", activation="elu")
    @control("5 layers of ReLU", activation="relu")
    def test_share_of_dead_units_after_training(self, measure, activation):
        network = Network(hidden=FIVE_LAYERS, activation=activation)
        dead = share_of_units("dead units", network, optimizer=Adam(lr=0.003), steps=220)
        measure(dead, claimed=practically_none())


@claim(
    "act/elu-costs-more",
    "clevert2016, 4.4",
    correction=(
        "The function alone takes {than ReLU} times as long as ReLU. Of a whole network's time, "
        "most goes into products of matrices: one with ELU is only a few per cent slower (Clevert "
        "et al. 2016, 4.4)."
    ),
)
class TestEluCostsMore:
    """ELU is slower to compute than ReLU and leaky ReLU."""

    @reading("than ReLU", activation="elu", than="relu")
    @reading("than leaky ReLU", activation="elu", than="leaky relu")
    @control("no activation than ReLU", activation="identity", than="relu")
    def test_time_forward_and_backward(self, race, activation, than):
        race(operation(activation, ELEMENTS), operation(than, ELEMENTS), claimed=slower())
