"""Whether mean and variance reach 0 and 1 and stay there, and what that does for gradients."""

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
    after_training,
    at_the_start,
    decades_of_gradient_after_training,
    drift_of_variance,
    off_bounds,
    off_bounds_after_training,
)
from refute.lab.self_normalization.centring import (
    RELU_MEAN,
    gradient_kept,
    mean_of_activation,
    size_preserving,
)
from refute.lab.self_normalization.moment_map import (
    ELU,
    SELU,
    arrives_at_zero_and_one,
    moments,
)
from refute.wording import (
    normalized,
    noticeably_less,
    noticeably_more,
    unit_variance,
    within_a_decade,
)

SELU_NETWORK = Network(activation="selu", weights=LECUN_NORMAL)
RELU_NETWORK = Network()
SIGMOID_MEAN = mean_of_activation("sigmoid")


@claim(
    "selu/converges-to-zero-mean-unit-variance",
    "klambauer2017, Theorem 1",
    depends=(
        "holds with weights of variance 1 / fan_in and inputs of mean 0 and half to twice the "
        "variance, not with He's weights, nor for inputs between 0 and 1"
    ),
    correction=(
        "With LeCun's weights, the layers bring inputs of twice or half the variance back to "
        "variance 1. With He's weights, the variance at the last of 20 layers is {variance, He's "
        "weights}. With inputs between 0 and 1, whose features do not have mean 0, it is still "
        "{variance, inputs between 0 and 1:range} there."
    ),
)
class TestActivationsAreDrawnToMeanZeroAndVarianceOne:
    """The activations of a SELU network converge by themselves, layer by layer, to mean 0 and
    variance 1."""

    @reading("moments of wide layers, by theory", start=moments(), units=SELU)
    @control("moments of wide ELU layers, by theory", start=moments(), units=ELU)
    def test_the_map_from_layer_to_layer_leads_there(self, start, units):
        assert arrives_at_zero_and_one(start, units)

    @reading("variance, inputs between 0 and 1", data=Digits(scaling="raw"), weights=LECUN_NORMAL,
             published="fails")  # fmt: skip
    @reading("variance, He's weights", data=None, weights=HE_NORMAL, published="fails")
    @control("variance, standardised inputs", data=Digits(), weights=LECUN_NORMAL)
    def test_the_variance_at_the_last_of_20_layers_is_1(self, measure, data, weights):
        last = at_the_start("variance", data=data, weights=weights, layers="the last layer")
        measure(last, claimed=unit_variance())

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
    depends="holds compared with ReLU, whose variances change more, not in absolute terms",
    correction=(
        "Training changes them: after five epochs the variance at the worst of 20 layers is "
        "{variance, 20 layers, plain SGD} with plain SGD and {variance, 20 layers, Adam} with "
        "Adam. With ReLU and He's weights they change more: in five layers, training "
        "multiplies or divides a unit's variance by a factor that with SELU is {5 layers, than "
        "ReLU's:range} times that with ReLU."
    ),
)
class TestMeanAndVarianceStaySteadyInTraining:
    """In a SELU network, the mean and variance of the activations stay steady during training."""

    @reading("variance, 20 layers, plain SGD", optimizer=PLAIN_SGD, steps=220, published="fails")
    @reading("variance, 20 layers, Adam", optimizer=Adam(), steps=220, published="fails")
    @control("variance, 20 layers, before training", optimizer=Adam(), steps=0)
    def test_variance_stays_near_1(self, measure, optimizer, steps):
        trained = after_training("variance", depth=20, optimizer=optimizer, steps=steps)
        measure(trained, claimed=unit_variance())

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
        selu, relu = (
            drift_of_variance(depth=5, network=arm, optimizer=SGD(), steps=steps)
            for arm in (network, RELU_NETWORK)
        )
        measure(selu / relu, claimed=noticeably_less())


@claim(
    "selu/solves-unstable-gradients",
    "klambauer2017, Theorems 2 and 3",
    "schoenholz2017",
    depends=(
        "holds for plain stacks of some tens of layers with LeCun's weights, not with other "
        "weights or with skip connections"
    ),
    correction=(
        "In plain stacks of 20 and of 50 layers with LeCun's weights, the gradient's size stays "
        "within a factor of ten. Over 20 layers it becomes {torch's default weights:factor} times "
        "smaller with torch's default weights, {He's weights:factor} times larger with He's "
        "weights, and {skip connections:factor} times larger with skip connections. With LeCun's "
        "weights it grows by a few percent per layer. Strictly speaking, that adds up: over 100 "
        "plain layers it becomes {100 layers:factor} times larger. "
        "(Klambauer et al. 2017 bound the variance of the activations, and conclude that gradients "
        "cannot vanish or explode.)"
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
    depends="holds with SELU and with the sigmoid, not with ReLU",
    correction=(
        "How much it helps differs. Over 20 layers, a mean nearer to 0 preserves {SELU with ReLU's "
        "mean} to {SELU with ReLU's mean, weights that keep the signal's size} times as much "
        "gradient with SELU, but no more with ReLU ({ReLU without its mean} times). With the "
        "sigmoid it is {sigmoid without its mean} times as much with the same weights, and "
        "{sigmoid, weights that keep the signal's size} times if the weights of either network "
        "keep the size of its signal. What is well established is that centred outputs make "
        "learning faster (LeCun et al. 1998, 4.3)."
    ),
)
class TestMeansNearZeroEaseVanishingGradients:
    """Mean outputs nearer to zero alleviate vanishing gradients."""

    # "centred" is the arm whose mean is nearer to 0, "off" the same activation with another mean.
    @reading("SELU with ReLU's mean", activation="selu", off=(LECUN_NORMAL, RELU_MEAN),
             centred=(LECUN_NORMAL, 0.0))  # fmt: skip
    @reading(
        "SELU with ReLU's mean, weights that keep the signal's size",
        activation="selu",
        off=(size_preserving("selu", RELU_MEAN), RELU_MEAN),
        centred=(LECUN_NORMAL, 0.0),
    )
    @reading("ReLU without its mean", activation="relu", off=(HE_NORMAL, 0.0),
             centred=(HE_NORMAL, -RELU_MEAN), published="fails")  # fmt: skip
    @reading("sigmoid without its mean", activation="sigmoid", off=(GLOROT_NORMAL, 0.0),
             centred=(GLOROT_NORMAL, -SIGMOID_MEAN))  # fmt: skip
    @reading(
        "sigmoid, weights that keep the signal's size",
        activation="sigmoid",
        off=(size_preserving("sigmoid"), 0.0),
        centred=(size_preserving("sigmoid", -SIGMOID_MEAN), -SIGMOID_MEAN),
    )
    @control("sigmoid, its slopes made up for by larger weights, not centred",
             activation="sigmoid", off=(GLOROT_NORMAL, 0.0),
             centred=(size_preserving("sigmoid"), 0.0))  # fmt: skip
    @control("sigmoid on both sides, other seeds", activation="sigmoid", off=(GLOROT_NORMAL, 0.0),
             centred=(GLOROT_NORMAL, 0.0))  # fmt: skip
    def test_centred_units_keep_more_of_the_gradient(self, measure, activation, off, centred):
        kept, kept_centred = (gradient_kept(activation, *arm) for arm in (off, centred))
        measure(kept_centred / kept, claimed=noticeably_more())
