"""The effect of equal weights, including zeros, on gradients and learning."""

from dataclasses import replace

from refute import claim, control, reading
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import HE_NORMAL, HE_UNIFORM, ZEROS, OneValue
from refute.lab.bench.networks import Network
from refute.lab.bench.quantities import accuracy
from refute.lab.bench.tasks import Patients, Synthetic
from refute.lab.bench.timing import TimedStack, training_step
from refute.lab.bench.training import USUAL_STEPS
from refute.lab.initialization.class_frequencies import accuracy_of_most_frequent_class
from refute.lab.symmetry.small_training import train
from refute.lab.symmetry.strategies import (
    ONE_INPUT,
    equal_weight_networks,
    he_networks,
    zero_networks,
)
from refute.lab.symmetry.symmetry import (
    gradients_identical,
    no_weight_moved,
    units_identical,
    weights_alike,
)
from refute.wording import far_better, little_difference, much_longer


@claim("init/same-value-source-irrelevant", "goodfellow2016, 8.4")
class TestWhereTheValueCameFromIsIrrelevant:
    """It does not help if the one value for all weights is itself drawn at random from He's
    distribution: the units of a layer still stay alike."""

    @reading("one value of He's for each layer", network=he_networks(one_value=True))
    @control("one value of He's for each weight", network=he_networks(one_value=False))
    def test_units_are_copies_after_training(self, network):
        assert units_identical(train(network))


@claim("init/same-value-identical-gradients", "goodfellow2016, 8.4", "rumelhart1986")
class TestEqualUnitsGetOneGradient:
    """If all weights start with the same value, the units of a hidden layer receive the same
    gradient."""

    @reading("any dense network and value, cross entropy", network=equal_weight_networks())
    @reading(
        "any dense network and value, squared error",
        network=equal_weight_networks(loss="squared error"),
    )
    @control("one weight of one unit nudged", network=equal_weight_networks(nudged=True))
    @control("dropout, which treats units unlike", network=equal_weight_networks(dropout=0.5))
    def test_units_get_one_gradient(self, network):
        assert gradients_identical(train(network))


@claim(
    "init/every-weight-same-gradient",
    "goodfellow2016, 8.4",
    depends=(
        "holds for hidden layers after the first, not for the first, whose inputs differ, nor for "
        "the output layer, whose targets differ"
    ),
    correction=(
        "It is the units of a hidden layer that get the same gradient and stay equal. The weights "
        "within a unit get different gradients as soon as its inputs differ, as they do in the "
        "first layer: the gradient of a weight is that of its unit times its input."
    ),
)
class TestEveryWeightGetsTheSameGradient:
    """With equal initial weights, all weights of a layer get the same gradient, so they all stay
    equal."""

    @reading(
        "hidden layers after the first",
        network=equal_weight_networks(hidden_layers=2),
        layers="later hidden",
    )
    @control(
        "hidden layers after the first, one weight nudged",
        network=equal_weight_networks(hidden_layers=2, nudged=True),
        layers="later hidden",
    )
    @reading(
        "first hidden layer",
        published="fails",
        network=equal_weight_networks(),
        layers="first hidden",
    )
    @control(
        "first hidden layer of a single input",
        network=equal_weight_networks(inputs=ONE_INPUT),
        layers="first hidden",
    )
    @reading("output layer", published="fails", network=equal_weight_networks(), layers="output")
    @control(
        "output layer, one number for all outputs",
        network=equal_weight_networks(loss="squared error", same_targets=True),
        layers="output",
    )
    def test_all_weights_of_a_layer_are_alike(self, network, layers):
        assert weights_alike(train(network), layers)


@claim(
    "init/all-zero-learns-nothing",
    "goodfellow2016, 8.4",
    depends=(
        "holds for hidden units that output 0 at 0, such as ReLU and tanh, not for logistic ones"
    ),
    correction=(
        "With hidden layers of ReLU or tanh no weight moves, and the output biases learn how "
        "frequent each class is. Logistic units move, but all alike: after 60 epochs, a network "
        "with one such layer is {one hidden layer of logistic units, 60 epochs:points range} more "
        "accurate than always predicting the most frequent class. That is what a single unit could "
        "learn. Without hidden layers, zero is as good a start as any."
    ),
)
class TestZeroNetworkLearnsNothing:
    """A network whose weights and biases all start at zero learns nothing."""

    @reading("ReLU or tanh, no weight moves", network=zero_networks())
    @reading(
        "logistic units, no weight moves",
        published="fails",
        network=zero_networks(activations=("sigmoid",)),
    )
    @control("He's weights in their place", network=zero_networks(weights=HE_NORMAL))
    def test_no_weight_moves(self, network):
        assert no_weight_moved(train(network))

    @reading(
        "two hidden layers of ReLU",
        network=Network(activation="relu", weights=ZEROS),
        steps=USUAL_STEPS,
    )
    @reading(
        "two hidden layers of tanh",
        network=Network(activation="tanh", weights=ZEROS),
        steps=USUAL_STEPS,
    )
    @reading(
        "one hidden layer of logistic units, 60 epochs",
        published="fails",
        network=Network(hidden=(100,), activation="sigmoid", weights=ZEROS),
        steps=4 * USUAL_STEPS,
    )
    @reading(
        "no hidden layer",
        of="letter",
        published="fails",
        network=Network(hidden=(), weights=ZEROS),
        steps=USUAL_STEPS,
    )
    @control("ReLU, He's weights", network=Network(), steps=USUAL_STEPS)
    def test_accuracy_is_that_of_one_class(self, measure, network, steps):
        trained = accuracy(network, steps=steps)
        measure(trained - accuracy_of_most_frequent_class(), claimed=little_difference())


@claim(
    "init/constant-layer-much-slower",
    "goodfellow2016, 8.4",
    depends="holds for layers of 1000 units, not for layers of 100",
    correction=(
        "A step takes {layers of 1000 units} times as long with layers of 1000 equal units as "
        "with a single unit in place of each layer, {layers of 100 units} times with 100 units, "
        "and {layers of 10 units} times with ten (batches of 32, on the machine of this run). It "
        "takes no more steps: once the learning rates are rescaled for the number of copies, both "
        "networks give the same outputs throughout."
    ),
)
class TestLayerOfEqualUnitsIsMuchSlower:
    """A layer whose weights all start with the same value works like a single neuron, only much
    slower."""

    @reading("layers of 1000 units", units=1000)
    @reading("layers of 100 units", units=100, published="fails")
    # A step of ten units is all framework overhead, and nobody asks for such layers.
    @reading("layers of 10 units", of="letter", units=10, published="fails")
    @control("one unit on both sides", units=1)
    def test_time_of_a_step_against_one_unit(self, race, units):
        wide, single = (
            training_step(TimedStack((61, each, each, 10)), batch=32) for each in (units, 1)
        )
        race(wide, single, claimed=much_longer())


@claim(
    "init/constant-cannot-reach-good-solution",
    "goodfellow2016, 8.4",
    correction=(
        "On digits, He's weights gain {digits:points} of test accuracy over one value for all "
        "weights. Strictly speaking, one value is enough if a task needs only a single unit in "
        "each layer: on the breast cancer data, accuracy with He's weights is not far better "
        "({breast cancer data, tanh:range})."
    ),
)
class TestConstantStartReachesNothingGood:
    """If all weights start with the same value, a network can hardly ever reach a good solution."""

    @reading("digits", network=Network(), task=Digits(), weights=OneValue())
    @reading(
        "quadrants of a plane, as in XOR",
        network=Network(inputs=2, outputs=2),
        task=Synthetic("quadrants"),
        weights=OneValue(),
    )
    @reading(
        "breast cancer data, tanh",
        of="letter",
        published="fails",
        network=Network(inputs=30, outputs=2, activation="tanh"),
        task=Patients("breast cancer"),
        weights=OneValue(),
    )
    @control(
        "digits, independent weights of another law",
        network=Network(),
        task=Digits(),
        weights=HE_UNIFORM,
    )
    def test_accuracy_with_he_against_it(self, measure, network, task, weights):
        he, other = (
            accuracy(replace(network, weights=law), data=task) for law in (HE_NORMAL, weights)
        )
        measure(he - other, claimed=far_better())


@claim(
    "init/zero-weights-fatal-in-logistic-regression",
    "hastie2009, 4.4.1",
    "goodfellow2016, 8.4",
    correction=(
        "Without hidden layers there are no units to tell apart, and the loss is convex, so "
        "gradient descent from zero learns as from any other start: compared with zero weights, "
        "the test accuracy with He's weights is the same within {digits, ten classes:within} on "
        "digits and {breast cancer, two classes:within} on the breast cancer data. It is in "
        "networks with hidden layers that zeros do harm."
    ),
)
class TestZeroWeightsAreFatalInLogisticRegression:
    """Weights that start at zero are fatal in logistic regression too: it cannot learn from
    them."""

    @reading("digits, ten classes", network=Network(hidden=()), task=Digits(), published="fails")
    @reading(
        "breast cancer, two classes",
        network=Network(inputs=30, hidden=(), outputs=2),
        task=Patients("breast cancer"),
        published="fails",
    )
    @control("digits, two hidden layers", network=Network(), task=Digits())
    def test_accuracy_with_he_against_zeros(self, measure, network, task):
        he, zeros = (
            accuracy(replace(network, weights=law), data=task) for law in (HE_NORMAL, ZEROS)
        )
        measure(he - zeros, claimed=far_better())
