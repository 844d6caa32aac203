"""The CIFAR-10 exercise: what its remedies do for trained networks."""

from refute import claim, control, reading
from refute.lab.bench.cifar import real_or
from refute.lab.bench.data import Data, Digits
from refute.lab.bench.fair_accuracy import fair_accuracy
from refute.lab.bench.initializers import HE_NORMAL, LECUN_NORMAL, Normal, VarianceScaling
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import Adam
from refute.lab.bench.quantities import accuracy
from refute.lab.initialization.scales import decades_of_gradient
from refute.lab.monte_carlo.mc_predictions import score
from refute.wording import as_good, better, within_a_decade

FEW_IMAGES: Data = real_or(Digits(300), "0 to 1")
A_HUNDREDFOLD = VarianceScaling(1e4)


@claim("cifar/a-he-init-suits-elu", "geron2019, chapter 11", "clevert2016, 4.1.1")
class TestHeInitializationSuitsElu:
    """He's initialization suits ELU networks."""

    @reading("gradients of twenty layers of 100 units", weights=HE_NORMAL)
    @control("weights N(0, 0.05 squared)", weights=Normal(std=0.05))
    def test_gradients_keep_their_size(self, measure, weights):
        gradient = decades_of_gradient(activation="elu", weights=weights)
        measure(gradient, claimed=within_a_decade())

    @reading("as good as LeCun's, in settings drawn at random", weights=HE_NORMAL)
    @control("a hundred times LeCun's deviation", weights=A_HUNDREDFOLD)
    def test_accuracy_at_its_best_learning_rate(self, measure, weights):
        elu = fair_accuracy(activation="elu", weights=weights)
        measure(elu - fair_accuracy(activation="elu", weights=LECUN_NORMAL), claimed=as_good())


def on_new_images(activation, depth, rate, data, epochs):
    """Test accuracy with LeCun's weights and alpha dropout after each layer of 100 units."""
    alpha = {"dropout": rate, "dropout_kind": "alpha"} if rate else {}
    network = Network(
        inputs=data.features,
        hidden=(100,) * depth,
        activation=activation,
        weights=LECUN_NORMAL,
        **alpha,
    )
    return accuracy(network, data=data, optimizer=Adam(), steps=9 * epochs)


@claim(
    "cifar/e-alpha-dropout-regularizes",
    "klambauer2017, New dropout technique",
    "geron2019, chapter 11",
    correction=(
        "Alpha dropout after each of twenty ELU layers slows learning down more than it "
        "regularizes: compared with the network without it, the accuracy on new images is {twenty "
        "ELU layers, ten epochs:way} after ten epochs of 300 images, and {twenty ELU layers, a "
        "hundred epochs:way} after a hundred. It was made for SELU (Klambauer et al. 2017)."
    ),
)
class TestAlphaDropoutReducesOverfitting:
    """Alpha dropout with rate 0.1 after each of twenty ELU layers helps against overfitting: the
    network does better on new images."""

    # The code stops early, after a hundred epochs at the latest.
    @reading("twenty ELU layers, a hundred epochs", activation="elu", depth=20, data=FEW_IMAGES,
             epochs=100, against=0.0, published="fails")  # fmt: skip
    @reading("twenty ELU layers, ten epochs", activation="elu", depth=20, data=FEW_IMAGES,
             epochs=10, against=0.0, published="fails")  # fmt: skip
    @control("two SELU layers, against a rate of 0.8", activation="selu", depth=2,
             data=Digits(300), epochs=10, against=0.8)  # fmt: skip
    def test_accuracy_at_a_rate_of_a_tenth(self, measure, activation, depth, data, epochs, against):
        with_alpha, other = (
            on_new_images(activation, depth, rate, data, epochs) for rate in (0.1, against)
        )
        measure(with_alpha - other, claimed=better())


@claim(
    "cifar/e-mc-improves-accuracy",
    "gal2016, 4",
    "srivastava2014, 7.5",
    "geron2019, chapter 11",
    "kendall2015",
    correction=(
        "The average of a hundred passes is about as accurate as the ordinary prediction: the same "
        "within {all digits, rate 0.5:within} on all digits, and within {100 digits, rate "
        "0.2:within} with only 100 training images. What the average beats is a single pass with "
        "dropout on, by {all digits, against a single pass:points}. (Srivastava et al. 2014, 7.5, "
        "find the two within a standard deviation of each other on MNIST; in image segmentation, "
        "Kendall et al. 2015 find the average better.)"
    ),
)
class TestMonteCarloDropoutRaisesAccuracy:
    """Monte Carlo dropout gives a clearly higher accuracy than the ordinary prediction of the
    network."""

    @reading("all digits, rate 0.5", setting={"rate": 0.5}, against=None, published="fails")
    @reading("100 digits, rate 0.2", setting={"rate": 0.2, "train_count": 100}, against=None,
             published="fails")  # fmt: skip
    @reading("300 images, rate 0.5", setting={"rate": 0.5, "data": FEW_IMAGES}, against=None,
             published="fails")  # fmt: skip
    @control("all digits, against a single pass", setting={"rate": 0.5}, against=1)
    def test_hundred_passes(self, measure, setting, against):
        gain = score("test accuracy", 100, **setting) - score("test accuracy", against, **setting)
        measure(gain, claimed=better())
