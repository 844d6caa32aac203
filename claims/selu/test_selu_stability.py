"""Do mean and variance come to 0 and 1, stay there, and what does it do for gradients?"""

from refute import claim, control, reading
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import (
    GLOROT_NORMAL,
    HE_NORMAL,
    LECUN_NORMAL,
    FanInUniform,
    Normal,
)
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.tuning import PLAIN_SGD
from refute.lab.initialization.scales import decades_of_gradient
from refute.lab.self_normalization.bounds import (
    decades_of_gradient_after_training,
    drift_of_variance,
    off_bounds,
    off_bounds_after_training,
)
from refute.lab.self_normalization.centring import (
    RELU_MEAN,
    gradient_lost,
    keeping_size,
    mean_of,
)
from refute.lab.self_normalization.moment_map import (
    ELU,
    SELU,
    arrives_at_zero_and_one,
    moments,
)
from refute.wording import decades_apart, normalized, noticeably_less, within_a_decade

SELU_NETWORK = Network(activation="selu", weights=LECUN_NORMAL)
RELU_NETWORK = Network()
SIGMOID_MEAN = mean_of("sigmoid")


@claim(
    "selu/converges-to-zero-mean-unit-variance",
    "klambauer2017, Theorem 1",
    depends=(
        "holds with weights of variance 1 / fan_in, for inputs of mean 0 whatever their variance, "
        "not with He's weights, nor for inputs between 0 and 1"
    ),
    correction=(
        "With LeCun's weights, layers bring inputs of twice or half the variance back to 1. With "
        "He's weights they do not, and inputs between 0 and 1, whose features share a mean, stay "
        "{inputs between 0 and 1} times as far off as the bounds allow after 20 layers."
    ),
)
class TestActivationsAreDrawnToMeanZeroAndVarianceOne:
    """From layer to layer, the activations of a SELU network come to mean 0 and variance 1 of
    their own accord."""

    @reading("moments of wide layers, by theory", start=moments(), units=SELU)
    @control("moments of wide ELU layers, by theory", start=moments(), units=ELU)
    def test_the_map_from_layer_to_layer_leads_there(self, start, units):
        assert arrives_at_zero_and_one(start, units)

    @reading("inputs of twice the variance", variance=2.0, data=None, weights=LECUN_NORMAL)
    @reading("inputs of half the variance", variance=0.5, data=None, weights=LECUN_NORMAL)
    @reading("inputs between 0 and 1", variance=1.0, data=Digits(scaling="raw"),
             weights=LECUN_NORMAL, published="fails")  # fmt: skip
    @reading("He's weights", variance=1.0, data=None, weights=HE_NORMAL, published="fails")
    @control("torch's default weights", variance=1.0, data=None, weights=FanInUniform())
    def test_the_last_of_20_layers_is_there(self, measure, variance, data, weights):
        last = off_bounds(data=data, variance=variance, weights=weights, layers="the last layer")
        measure(last, claimed=normalized())


@claim(
    "selu/stable-stats-during-training",
    "klambauer2017, Stable and attracting fixed points for unnormalized weights",
    depends="holds compared with ReLU, whose variances change more, not by itself",
    correction=(
        "Training moves them: after five epochs a network of 20 layers is {20 layers, plain SGD} "
        "times as far from mean 0 and variance 1 as the bounds allow with plain SGD, {20 layers, "
        "Adam} times with Adam. With ReLU and He's weights they move more: SELU's variances change "
        "by {5 layers, than ReLU's} times the factor by which ReLU's do."
    ),
)
class TestMeanAndVarianceStaySteadyInTraining:
    """In a SELU network mean and variance of the activations stay steady during training."""

    @reading("20 layers, plain SGD", depth=20, optimizer=PLAIN_SGD, steps=220, published="fails")
    @reading("20 layers, Adam", depth=20, optimizer=Adam(), steps=220, published="fails")
    @reading("5 layers, SGD with momentum", depth=5, optimizer=SGD(), steps=660, published="fails")
    @control("20 layers, before training", depth=20, optimizer=Adam(), steps=0)
    def test_they_stay_within_bounds(self, measure, depth, optimizer, steps):
        off = off_bounds_after_training(depth=depth, optimizer=optimizer, steps=steps)
        measure(off, claimed=normalized())

    @reading("5 layers, than ReLU's", network=SELU_NETWORK, steps=660)
    @control("5 layers, before training", network=SELU_NETWORK, steps=0)
    def test_variance_changes_less_than_with_relu(self, measure, network, steps):
        one, relu = (
            drift_of_variance(depth=5, network=arm, optimizer=SGD(), steps=steps)
            for arm in (network, RELU_NETWORK)
        )
        measure(one / relu, claimed=noticeably_less())


@claim(
    "selu/solves-unstable-gradients",
    "klambauer2017, Theorems 2 and 3",
    "schoenholz2017",
    depends=(
        "holds of plain stacks of some tens of layers with LeCun's weights, not with other weights "
        "or with skip connections"
    ),
    correction=(
        "In plain stacks of 20 and of 50 layers with LeCun's weights the gradient's size stays "
        "within a factor of ten; with torch's default weights it falls by {torch's default "
        "weights:size} orders of magnitude in 20 layers, with He's it grows by {He's weights}, and "
        "by {skip connections} with skip connections. Strictly speaking it grows by 3.5 % a layer "
        "in any case, which is {100 layers} orders of magnitude in 100. (Klambauer et al. 2017 "
        "bound the variance of activations, and conclude that gradients cannot vanish or explode.)"
    ),
)
class TestSeluKeepsGradientsFromVanishingAndExploding:
    """In SELU networks gradients neither vanish nor explode."""

    @reading("20 layers", network=SELU_NETWORK, depth=20)
    @reading("50 layers", network=SELU_NETWORK, depth=50)
    @reading("100 layers", of="letter", network=SELU_NETWORK, depth=100, published="fails")
    @reading("He's weights", network=Network(activation="selu", weights=HE_NORMAL), depth=20,
             published="fails")  # fmt: skip
    @reading("torch's default weights", depth=20, published="fails",
             network=Network(activation="selu", weights=FanInUniform()))  # fmt: skip
    @reading("skip connections", depth=20, published="fails",
             network=Network(activation="selu", weights=LECUN_NORMAL, skip=True))  # fmt: skip
    @control("sigmoid with Glorot's weights", depth=20,
             network=Network(activation="sigmoid", weights=GLOROT_NORMAL))  # fmt: skip
    def test_gradient_keeps_its_size_at_the_start(self, measure, network, depth):
        gradient = decades_of_gradient(
            activation=network.activation,
            weights=network.weights,
            skip=network.skip,
            hidden=(100,) * depth,
            count=100,
        )
        measure(gradient, claimed=within_a_decade())

    @reading("20 layers, trained with Adam", weights=LECUN_NORMAL, steps=220)
    @control("20 layers of weights N(0, 0.05 squared), untrained", weights=Normal(0.05), steps=0)
    def test_gradient_keeps_its_size_in_training(self, measure, weights, steps):
        network = Network(activation="selu", weights=weights)
        gradient = decades_of_gradient_after_training(
            depth=20, network=network, optimizer=Adam(), steps=steps
        )
        measure(gradient, claimed=within_a_decade())


@claim(
    "selu/centering-alleviates-vanishing",
    "lecun1998, 4.3",
    "clevert2016, 2",
    depends=(
        "holds of sigmoid units whose weights are enlarged with it, not of SELU or ReLU units, nor "
        "where the weights stay"
    ),
    correction=(
        "What becomes of a gradient is decided by slopes and weights, not by the mean: SELU units "
        "that are given ReLU's mean lose no gradient to speak of ({SELU with ReLU's mean} orders "
        "of magnitude in 20 layers, if the weights stay), and ReLU units without their mean keep "
        "no more of it than with. Centring helps where it makes room for larger weights: sigmoid "
        "units around 0, with weights that keep the signal's size, save {sigmoid, weights that "
        "keep the signal's size} orders of magnitude. What is well known of means near 0 is that "
        "learning is faster (LeCun et al. 1998, 4.3)."
    ),
)
class TestMeansNearZeroEaseVanishingGradients:
    """Mean outputs nearer to zero ease the vanishing of gradients."""

    # "Centred" is what has the mean nearer to 0, "off" the same activation with another mean.
    @reading("SELU with ReLU's mean", activation="selu", off=(LECUN_NORMAL, RELU_MEAN),
             centred=(LECUN_NORMAL, 0.0), published="fails")  # fmt: skip
    @reading(
        "SELU with ReLU's mean, weights that keep the signal's size",
        activation="selu",
        off=(keeping_size("selu", RELU_MEAN), RELU_MEAN),
        centred=(LECUN_NORMAL, 0.0),
        published="fails",
    )
    @reading("ReLU without its mean", activation="relu", off=(HE_NORMAL, 0.0),
             centred=(HE_NORMAL, -RELU_MEAN), published="fails")  # fmt: skip
    @reading("sigmoid without its mean", activation="sigmoid", off=(GLOROT_NORMAL, 0.0),
             centred=(GLOROT_NORMAL, -SIGMOID_MEAN), published="fails")  # fmt: skip
    @reading(
        "sigmoid, weights that keep the signal's size",
        activation="sigmoid",
        off=(keeping_size("sigmoid"), 0.0),
        centred=(keeping_size("sigmoid", -SIGMOID_MEAN), -SIGMOID_MEAN),
    )
    @control("sigmoid, its slopes made up for by larger weights, not centred",
             activation="sigmoid", off=(GLOROT_NORMAL, 0.0),
             centred=(keeping_size("sigmoid"), 0.0))  # fmt: skip
    @control("sigmoid on both sides, other seeds", activation="sigmoid", off=(GLOROT_NORMAL, 0.0),
             centred=(GLOROT_NORMAL, 0.0))  # fmt: skip
    def test_centred_units_lose_less_of_the_gradient(self, measure, activation, off, centred):
        lost, lost_centred = (gradient_lost(activation, *arm) for arm in (off, centred))
        measure(lost - lost_centred, claimed=decades_apart())
