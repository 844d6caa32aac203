"""Whether biases may start at zero."""

from refute import claim, control, reading
from refute.lab.bench.initializers import HE_NORMAL, ZEROS, Constant, FanInUniform
from refute.lab.bench.quantities import accuracy, steps_to_loss
from refute.lab.bench.training import USUAL_STEPS
from refute.lab.symmetry.small_training import train
from refute.lab.symmetry.strategies import (
    SIGNED,
    ZERO,
    equal_weight_networks,
    random_weight_networks,
)
from refute.lab.symmetry.symmetry import units_told_apart
from refute.wording import about_as_long, as_good, little_difference


@claim("bias/zero-init-ok", "goodfellow2016, 8.4")
class TestZeroBiasesAreFine:
    """Starting all biases at zero is fine: it does not stop the network from learning."""

    @reading("ReLU", activation="relu", weights=HE_NORMAL)
    @reading("tanh", activation="tanh", weights=HE_NORMAL)
    @control("zero weights as well", activation="relu", weights=ZEROS)
    def test_accuracy_with_zero_against_random_biases(self, measure, activation, weights):
        zero = accuracy(activation=activation, weights=weights, biases=ZEROS)
        random = accuracy(activation=activation, weights=HE_NORMAL, biases=FanInUniform())
        measure(zero - random, claimed=as_good())


@claim("bias/choice-makes-little-difference", "goodfellow2016, 8.4")
class TestStartOfBiasesMakesLittleDifference:
    """Whether biases start at zero or are initialized like weights makes little difference."""

    @reading("accuracy, drawn like He's weights", biases=HE_NORMAL)
    @reading("accuracy, drawn as torch draws both", biases=FanInUniform())
    @control("accuracy, all at -10", biases=Constant(-10.0))
    def test_accuracy(self, measure, biases):
        measure(accuracy(biases=biases) - accuracy(), claimed=little_difference())

    @reading("steps to a loss, drawn like He's weights", biases=HE_NORMAL)
    @reading("steps to a loss, drawn as torch draws both", biases=FanInUniform())
    @control("steps to a loss, all at -10", biases=Constant(-10.0))
    def test_steps_to_the_same_loss(self, measure, biases):
        zero, other = (steps_to_loss(biases=b, steps=USUAL_STEPS) for b in (ZEROS, biases))
        measure(other / zero, claimed=about_as_long())


@claim("bias/no-symmetry-problem", "goodfellow2016, 8.4")
class TestEqualBiasesLeaveUnitsApart:
    """Unlike equal weights, biases that all start at zero do not make units alike."""

    @reading("zero biases, random weights", network=random_weight_networks(biases=ZERO))
    @reading("any one value, random weights", network=random_weight_networks(biases=SIGNED))
    @control("one value for all weights as well", network=equal_weight_networks())
    def test_units_are_told_apart(self, network):
        assert units_told_apart(train(network))
