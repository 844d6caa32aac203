"""Silent units: how many outputs are zero, what kills a ReLU unit, and whether it revives."""

from refute import claim, control, reading
from refute.lab.activations.activity import after_training
from refute.lab.activations.lives import share_of_units
from refute.lab.activations.silent_units import silent_units
from refute.lab.bench.initializers import Constant
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import Adam
from refute.wording import roughly, visibly_more

RELU, LEAKY = Network(), Network(activation="leaky relu")
DEEP = Network(hidden=(100,) * 20)
BIASED = Network(biases=Constant(1.0))


@claim(
    "act/relu-half-of-outputs-zero",
    "glorot2011, 3.1",
    "glorot2011, 4.1",
    correction=(
        "At the start it is half, in any layer; after fifteen epochs on digits it is {after 15 "
        "epochs:percent}. Training can change the share: Glorot et al. (2011, 4.1) report 68 to 83 "
        "% with a penalty that asks for zeros."
    ),
)
class TestHalfOfReluOutputsAreZero:
    """In a ReLU network about half of the hidden outputs are exactly zero."""

    @reading("at the start", network=RELU, steps=0)
    @reading("at the start, 20 layers", network=DEEP, steps=0)
    @reading("after 15 epochs", network=RELU, steps=660)
    @control("leaky ReLU", network=LEAKY, steps=0)
    @control("biases of 1", network=BIASED, steps=0)
    def test_share_of_zero_outputs(self, measure, network, steps):
        zeros = after_training("zero activations", network, steps=steps)
        measure(zeros, claimed=roughly(0.5))


@claim(
    "act/dead-relu-never-recovers",
    "maas2013, 2",
    "cs231n, commonly used activation functions",
    depends=(
        "holds for units of the first hidden layer, whose inputs stay as they are; in later "
        "layers, the layers below may bring a unit's inputs back"
    ),
    correction=(
        "In the first hidden layer it does not: no gradient reaches it, and its inputs are the "
        "samples themselves. (What remains of an optimizer's momentum may still move it.) Further "
        "up, the layers below keep learning and may make it fire again."
    ),
)
class TestDeadReluNeverRecovers:
    """A ReLU unit that is silent on every training example does not recover."""

    @reading("first hidden layer", unit=silent_units(1))
    @reading("second hidden layer", unit=silent_units(2), published="fails")
    @control("second hidden layer, the first held fixed", unit=silent_units(2, below_held=True))
    @control("leaky ReLU of slope 0.1, first hidden layer", unit=silent_units(1, slope=0.1))
    def test_it_stays_silent(self, unit):
        assert not unit.comes_back()


@claim(
    "act/large-learning-rate-kills-relu",
    "cs231n, commonly used activation functions",
    "geron2019, chapter 11",
)
class TestLargeLearningRateKillsReluUnits:
    """Too large a learning rate makes ReLU units die."""

    @reading("Adam at thirty times its default rate", rate=0.03)
    @control("three times its default rate", rate=0.003)
    def test_share_of_dead_units_against_the_default_rate(self, measure, rate):
        high, usual = (
            share_of_units("dead units", RELU, optimizer=Adam(lr=at), steps=220)
            for at in (rate, Adam.lr)
        )
        measure(high - usual, claimed=visibly_more())
