"""What biases are for, how training changes them, and other initial values."""

from refute import claim, control, reading
from refute.lab.bench.initializers import HE_NORMAL, ZEROS, Constant, FanInUniform, Normal
from refute.lab.bench.networks import Network
from refute.lab.bench.quantities import accuracy, steps_to_loss
from refute.lab.bench.tasks import Synthetic
from refute.lab.bench.training import USUAL_STEPS
from refute.lab.initialization.intercepts import bias_over_intercept
from refute.lab.initialization.silent_units import silent_units
from refute.lab.initialization.without_biases import doubles_with_its_inputs, small_relu_networks
from refute.wording import as_good, equal_to, far_better, faster, visibly_more

TRAINED = 0.1
"""A training loss at which nearly all digits are classified right."""

PLANE = Network(inputs=2, hidden=(50,), outputs=2)
WITH_A_ONE = Network(inputs=3, hidden=(50,), outputs=2)


@claim("bias/weight-like-init-ok", "pytorch_linear, Variables")
class TestBiasesMayBeDrawnLikeWeights:
    """It is also acceptable to draw the biases like the weights."""

    @reading("drawn like He's weights", biases=HE_NORMAL)
    @reading("drawn as torch draws both", biases=FanInUniform())
    @control("drawn from N(0, 10 squared)", biases=Normal(std=10.0))
    def test_accuracy_against_zero_biases(self, measure, biases):
        measure(accuracy(biases=biases) - accuracy(), claimed=as_good())


@claim("bias/gives-fitting-flexibility", "goodfellow2016, 5.1.4", "leshno1993, abstract")
class TestBiasesGiveFreedomToFit:
    """Biases give a network flexibility to fit its data that it lacks without them."""

    @reading("without biases, any small network of ReLU", network=small_relu_networks(biases=False))
    @control("with biases", network=small_relu_networks(biases=True))
    def test_outputs_can_only_double_with_the_inputs(self, network):
        assert doubles_with_its_inputs(network)

    @reading("points inside a circle from those outside", network=PLANE, task="disc")
    @control("a feature that is always 1 in their place", network=WITH_A_ONE, task="disc and a one")
    def test_accuracy_with_biases_against_without(self, measure, network, task):
        with_biases, without = (
            accuracy(network, data=Synthetic(task), biases=biases) for biases in (ZEROS, None)
        )
        measure(with_biases - without, claimed=far_better())


@claim("bias/learned-from-zero", "goodfellow2016, 8.4")
class TestTrainingMovesBiasesFromZero:
    """Training moves biases that start at zero to suitable values."""

    @reading("the intercept of linear data", learned=True)
    @control("bias kept at zero", learned=False)
    def test_bias_found_over_the_one_that_suits(self, measure, learned):
        measure(bias_over_intercept(learned=learned), claimed=equal_to(1))

    @reading("a circle to be told from its surroundings", biases=ZEROS)
    @control("biases kept at zero on both sides, other seeds", biases=None)
    def test_accuracy_against_biases_kept_at_zero(self, measure, biases):
        learned, kept = (
            accuracy(PLANE, data=Synthetic("disc"), biases=start) for start in (biases, None)
        )
        measure(learned - kept, claimed=far_better())


@claim(
    "bias/small-positive-helps-relu",
    "goodfellow2016, 6.3.1",
    "goodfellow2016, 8.4",
    "krizhevsky2012, 5",
    depends=(
        "depends on the value: biases of 0.1 hardly speed up learning and keep no more units "
        "active; biases of 1, which are not small, do speed it up"
    ),
    correction=(
        "On digits with two hidden layers, biases of 0.1 take {bias 0.1} times the steps to the "
        "same loss, and biases of 1 take {bias 1:range} times. With zero biases few units are "
        "silent at the start; in a stack of 20 layers, biases of 0.1 leave {twenty hidden "
        "layers:points} more of them silent."
    ),
)
class TestSmallPositiveBiasesHelpRelu:
    """Starting biases at a small positive value, such as 0.1, keeps ReLU units active and so speeds
    up learning."""

    @reading("bias 0.1", published="fails", biases=Constant(0.1))
    @reading("bias 1", biases=Constant(1.0))
    @control("bias -1", biases=Constant(-1.0))
    def test_steps_to_the_same_loss(self, measure, biases):
        zero, positive = (
            steps_to_loss(TRAINED, biases=b, steps=USUAL_STEPS) for b in (ZEROS, biases)
        )
        measure(positive / zero, claimed=faster())

    @reading("two hidden layers", published="fails", hidden=(100,) * 2, start=ZEROS)
    @reading("twenty hidden layers", published="fails", hidden=(100,) * 20, start=ZEROS)
    @control("two hidden layers, from -3", hidden=(100,) * 2, start=Constant(-3.0))
    @control("twenty hidden layers, from -1", hidden=(100,) * 20, start=Constant(-1.0))
    def test_units_that_it_keeps_from_being_silent(self, measure, hidden, start):
        before, after = (silent_units(hidden=hidden, biases=b) for b in (start, Constant(0.1)))
        measure(before - after, claimed=visibly_more())
