"""What biases are for, how training changes them, and other initial values."""

from refute import claim, control, reading
from refute.lab.bench.initializers import HE_NORMAL, ZEROS, Constant, FanInUniform, Normal
from refute.lab.bench.networks import Network
from refute.lab.bench.quantities import accuracy, steps_to_loss
from refute.lab.bench.tasks import Synthetic
from refute.lab.bench.training import USUAL_STEPS
from refute.lab.initialization.active_pairs import active_pairs
from refute.lab.initialization.intercepts import bias_over_intercept
from refute.lab.initialization.without_biases import doubles_with_its_inputs, small_relu_networks
from refute.wording import as_good, equal_to, far_better, faster, visibly_more

TRAINED = 0.1
"""A training loss at which nearly all digits are classified right."""

SMALL, THIRTY_EPOCHS = Normal(std=0.01), 2 * USUAL_STEPS
"""The weights of Krizhevsky et al. (2012, 5), and the steps that networks take with them."""

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
        "holds for weights that are small beside the biases, such as a Gaussian's of 0.01, not for "
        "He's weights"
    ),
    correction=(
        "With zero biases, a unit is active on half of the images. Biases of 0.1 make that "
        "{Gaussian weights of 0.01, active:points} more with Gaussian weights of standard "
        "deviation 0.01, and a network with two hidden layers takes {Gaussian weights of "
        "0.01:range} times the steps to the same loss. With He's weights it is {He's weights, "
        "active:points} more, and {He's weights:range} times the steps. (Krizhevsky et al. 2012, "
        "5, used such Gaussian weights and biases of 1. Biases of 1, which are not small, help "
        "He's weights too: {He's weights, bias 1:range} times the steps.)"
    ),
)
class TestSmallPositiveBiasesHelpRelu:
    """Starting biases at a small positive value, such as 0.1, keeps ReLU units active and so speeds
    up learning."""

    @reading("He's weights", published="fails", weights=HE_NORMAL, bias=0.1)
    @reading("Gaussian weights of 0.01", weights=SMALL, bias=0.1)
    # One is not small beside the outputs of a layer.
    @reading("He's weights, bias 1", of="letter", weights=HE_NORMAL, bias=1.0)
    @control("He's weights, bias -1", weights=HE_NORMAL, bias=-1.0)
    def test_steps_to_the_same_loss(self, measure, weights, bias):
        zero, positive = (
            steps_to_loss(TRAINED, weights=weights, biases=b, steps=THIRTY_EPOCHS)
            for b in (ZEROS, Constant(bias))
        )
        measure(positive / zero, claimed=faster())

    # "Active for most inputs" (Goodfellow et al. 2016, 6.3.1): units with zero biases are active
    # for half of them, so what counts is how many more.
    @reading("He's weights, active", published="fails", weights=HE_NORMAL, bias=0.1)
    @reading("Gaussian weights of 0.01, active", weights=SMALL, bias=0.1)
    @control("He's weights, bias 1, active", weights=HE_NORMAL, bias=1.0)
    def test_share_of_inputs_for_which_units_are_active(self, measure, weights, bias):
        zero, positive = (active_pairs(weights=weights, biases=b) for b in (ZEROS, Constant(bias)))
        measure(positive - zero, claimed=visibly_more())
