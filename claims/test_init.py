"""How weights should start: one value for all, Glorot, He."""

from refute import claim, control, reading
from refute.lab.bench.fixed_weights import Cosines, Sines
from refute.lab.bench.initializers import (
    GLOROT_NORMAL,
    GLOROT_UNIFORM,
    HE_NORMAL,
    HE_UNIFORM,
    LECUN_NORMAL,
    Constant,
    Normal,
    OneValue,
    Orthogonal,
    Shifted,
    VarianceScaling,
)
from refute.lab.bench.quantities import accuracy
from refute.lab.initialization.scales import (
    decades_of_gradient,
    decades_of_signal,
    decades_off,
    dense_layer,
    layer_over_layer_before,
    output_over_input,
)
from refute.lab.symmetry.exact_training import exactly_identical, train_exactly
from refute.lab.symmetry.roundoff import machine_runs, units_stay_together
from refute.lab.symmetry.small_training import train, train_one_neuron_per_layer
from refute.lab.symmetry.strategies import (
    SIGNED,
    equal_weight_networks,
    exact_networks,
    however_small,
    moving_networks,
    random_weight_networks,
    scales_other_than_he,
    two_valued_networks,
)
from refute.lab.symmetry.symmetry import (
    every_layer_moved,
    outputs_agree,
    outputs_identical,
    units_identical,
    units_told_apart,
)
from refute.wording import better, decades_apart, far_better, preserved, within_a_decade


@claim("init/same-value-keeps-symmetry", "goodfellow2016, 8.4", "rumelhart1986")
class TestEqualUnitsStayEqual:
    """Units of a layer that start with equal weights stay equal through training, so that they
    learn the same feature."""

    @reading("any dense network, value and optimizer", network=equal_weight_networks())
    @control("one weight of one unit nudged", network=equal_weight_networks(nudged=True))
    @control("dropout, which treats units unlike", network=equal_weight_networks(dropout=0.5))
    def test_units_are_copies_after_training(self, network):
        assert units_identical(train(network))


@claim("init/same-value-not-ok", "goodfellow2016, 8.4", "rumelhart1986")
class TestOneValueForAllWeightsIsNotAcceptable:
    """It is not acceptable to give all weights one value, not even one drawn from He's
    distribution."""

    @reading("two hidden layers of ReLU", hidden=(100, 100), activation="relu", value=OneValue())
    @reading("one hidden layer of ReLU", hidden=(100,), activation="relu", value=OneValue())
    @reading("two hidden layers of tanh", hidden=(100, 100), activation="tanh", value=OneValue())
    @reading("0.1 in every layer", hidden=(100, 100), activation="relu", value=Constant(0.1))
    @control("no hidden layer to be symmetric", hidden=(), activation="relu", value=OneValue())
    def test_accuracy_with_he_against_one_value(self, measure, hidden, activation, value):
        he = accuracy(hidden=hidden, activation=activation)
        one_value = accuracy(hidden=hidden, activation=activation, weights=value)
        measure(he - one_value, claimed=far_better())


@claim("init/nonzero-constant-still-symmetric", "goodfellow2016, 8.4")
class TestValueOtherThanZeroIsNoBetter:
    """A common value other than zero does not break the symmetry either: the weights move, but
    all units move together."""

    @reading("any value but zero", network=moving_networks())
    @control("zero, where nothing moves", network=moving_networks(zero=True))
    @control("one weight of one unit nudged", network=moving_networks(nudged=True))
    def test_units_move_together(self, network):
        trained = train(network)
        assert every_layer_moved(trained) and units_identical(trained)


@claim("init/constant-layer-equals-one-neuron", "goodfellow2016, 8.4")
class TestLayerOfEqualUnitsIsOneNeuron:
    """A layer whose weights all start with one value computes no more than a single neuron
    would, before and after training."""

    @reading(
        "gradient descent, any network and value", network=equal_weight_networks(rescaling=False)
    )
    @control(
        "one weight of one unit nudged",
        network=equal_weight_networks(rescaling=False, nudged=True),
    )
    def test_network_of_one_neuron_per_layer_has_the_same_outputs(self, network):
        assert outputs_agree(train(network), train_one_neuron_per_layer(network))


@claim("init/random-sampling-breaks-symmetry", "goodfellow2016, 8.4", "rumelhart1986")
class TestRandomWeightsBreakTheSymmetry:
    """Drawing the weights at random breaks the symmetry: the units of a layer start apart, receive
    different gradients and stay apart."""

    @reading(
        "any continuous law, however small", network=random_weight_networks(scales=however_small())
    )
    @control("one value for all weights", network=equal_weight_networks())
    @control("a coin per weight, more units than outcomes", network=two_valued_networks())
    def test_units_are_told_apart(self, network):
        assert units_told_apart(train(network))


@claim(
    "init/backprop-cannot-break-symmetry",
    "goodfellow2016, 8.4",
    "rumelhart1986",
    correction=(
        "The algorithm cannot, in exact arithmetic; a machine that rounds can: over 30 epochs in "
        "float32, last bits that matrix products had rounded differently for different units grew "
        "into different units."
    ),
)
class TestBackpropagationCannotBreakTheSymmetry:
    """Backpropagation by itself can never tell apart units that start with equal weights."""

    @reading("the algorithm, in exact arithmetic", network=exact_networks())
    @control("exact arithmetic, one weight nudged", network=exact_networks(nudged=True))
    def test_units_are_exact_copies_after_training(self, network):
        assert exactly_identical(train_exactly(network))

    @reading("float32 on a machine, 30 epochs", run=machine_runs(), published="fails")
    @control("round-off averaged over the units", run=machine_runs(averaged=True))
    def test_units_stay_together(self, run):
        assert units_stay_together(run)


@claim(
    "init/symmetry-in-every-layer",
    "goodfellow2016, 8.4",
    correction=(
        "It concerns the hidden layers; output units have different targets, and a single step "
        "tells them apart."
    ),
)
class TestSymmetryConcernsEveryLayer:
    """With one value for all weights, the units of any layer that one looks at keep equal
    weights."""

    @reading("a class for each output", published="fails", network=equal_weight_networks())
    @reading(
        "a number for each output",
        published="fails",
        network=equal_weight_networks(loss="squared error"),
    )
    @control(
        "one number for all outputs",
        network=equal_weight_networks(loss="squared error", same_targets=True),
    )
    def test_units_are_copies_in_every_layer(self, network):
        trained = train(network)
        assert units_identical(trained) and outputs_identical(trained)


@claim(
    "init/weights-must-be-independent",
    "saxe2014",
    correction=(
        "Weights need not be independent: accuracy with independent ones exceeds that with "
        "orthogonal matrices by {orthogonal matrices}; what harms is that all are equal, which "
        "costs {all weights equal} of accuracy."
    ),
)
class TestWeightsMustBeIndependent:
    """All weights have to be drawn independently of one another: a network whose weights depend
    on one another is worse."""

    @reading("orthogonal matrices", published="fails", weights=Orthogonal(2**0.5))
    @control("all weights equal", weights=OneValue())
    def test_accuracy_with_independent_against_dependent_weights(self, measure, weights):
        measure(accuracy() - accuracy(weights=weights), claimed=better())


@claim(
    "init/randomness-necessary",
    "zhao2022",
    correction=(
        "Weights have to be unequal, not random: without a random number the network is "
        "{cosine transform} (cosine transform) or {sines of 1, 2, 3, ...} (sines) less accurate, "
        "with one value for all {one value for all} less."
    ),
)
class TestWeightsHaveToBeRandom:
    """Weights have to start at random: without a random number a network is of no use."""

    @reading("cosine transform", published="fails", weights=Cosines())
    @reading("sines of 1, 2, 3, ...", published="fails", weights=Sines())
    @control("one value for all", weights=OneValue())
    def test_accuracy_with_random_against_fixed_weights(self, measure, weights):
        measure(accuracy() - accuracy(weights=weights), claimed=far_better())


@claim(
    "init/zero-mean-needed-for-symmetry",
    "glorot2010, 4.2.1",
    correction=(
        "Weights that differ break the symmetry whatever their mean; drawn around 0.05, they cost "
        "{mean 0.05} of accuracy, and equal ones {mean 0.05, all weights equal}."
    ),
)
class TestBreakingTheSymmetryNeedsMeanZero:
    """Random weights break the symmetry only if their mean is zero."""

    @reading("any mean but zero", published="fails", network=random_weight_networks(means=SIGNED))
    @control("any value, no spread around it", network=equal_weight_networks())
    def test_units_are_not_told_apart(self, network):
        assert not units_told_apart(train(network))

    @reading("mean 0.05", published="fails", weights=Shifted(HE_NORMAL, 0.05))
    @control("mean 0.05, all weights equal", weights=OneValue(Normal(std=0, mean=0.05)))
    def test_accuracy_with_mean_zero_against_another(self, measure, weights):
        measure(accuracy() - accuracy(weights=weights), claimed=far_better())


@claim(
    "init/he-purpose-symmetry-breaking",
    "he2015, 2.2",
    correction=(
        "Random weights of other scales break it too; He's scale keeps the signal: after 20 "
        "layers of ReLU it is {LeCun's variance, half of He's} orders of magnitude larger than "
        "with half of He's variance."
    ),
)
class TestHeExistsToBreakTheSymmetry:
    """He initialization, as distinct from other random weights, exists to break the symmetry
    between units."""

    @reading(
        "any scale but He's",
        published="fails",
        network=random_weight_networks(scales=scales_other_than_he()),
    )
    @control("one value for all weights", network=equal_weight_networks())
    def test_units_are_not_told_apart_without_it(self, network):
        assert not units_told_apart(train(network))

    @reading("LeCun's variance, half of He's", published="fails", weights=LECUN_NORMAL)
    @reading("a hundredth of He's variance", published="fails", weights=VarianceScaling(0.02))
    @control("He's variance, another law", weights=HE_UNIFORM)
    def test_signal_is_the_same_without_it(self, measure, weights):
        measure(decades_of_signal() - decades_of_signal(weights=weights), claimed=within_a_decade())


@claim(
    "init/glorot-preserves-layer-std",
    "glorot2010, 4.2.1",
    correction=(
        "It does so for as many outputs as inputs while the activation is linear ({100 linear "
        "units on 100 inputs} times); from 1000 inputs to 100 units it multiplies the standard "
        "deviation by {1000 inputs, 100 linear units}, back again by {100 inputs, 1000 linear "
        "units}, and a tanh layer by {100 tanh units, inputs of unit variance}."
    ),
)
class TestGlorotKeepsStandardDeviation:
    """With Glorot initialization a layer's outputs have about the same standard deviation as its
    inputs."""

    @reading(
        "100 tanh units, inputs of unit variance",
        published="fails",
        layer=dense_layer(100, 100, "tanh", GLOROT_UNIFORM),
        input_std=1.0,
    )
    @reading(
        "100 tanh units, inputs of standard deviation 0.1",
        layer=dense_layer(100, 100, "tanh", GLOROT_UNIFORM),
        input_std=0.1,
    )
    @reading(
        "100 linear units on 100 inputs",
        layer=dense_layer(100, 100, "identity", GLOROT_UNIFORM),
        input_std=1.0,
    )
    @reading(
        "1000 inputs, 100 linear units",
        published="fails",
        layer=dense_layer(1000, 100, "identity", GLOROT_UNIFORM),
        input_std=1.0,
    )
    @reading(
        "100 inputs, 1000 linear units",
        published="fails",
        layer=dense_layer(100, 1000, "identity", GLOROT_UNIFORM),
        input_std=1.0,
    )
    @reading(
        "100 ReLU units",
        published="fails",
        layer=dense_layer(100, 100, "relu", GLOROT_UNIFORM),
        input_std=1.0,
    )
    @control(
        "weights of unit variance",
        layer=dense_layer(100, 100, "identity", Normal(std=1.0)),
        input_std=1.0,
    )
    def test_one_layer(self, measure, layer, input_std):
        measure(output_over_input("standard deviation", layer, input_std), claimed=preserved())

    @reading("20 tanh layers, each over the one before", weights=GLOROT_UNIFORM)
    @control("20 tanh layers of weights N(0, 0.05 squared)", weights=Normal(std=0.05))
    def test_layer_after_layer(self, measure, weights):
        step = layer_over_layer_before("standard deviation", activation="tanh", weights=weights)
        measure(step, claimed=preserved())


@claim(
    "init/he-preserves-layer-std",
    "he2015, 2.2",
    correction=(
        "He keeps the mean square of ReLU layers; the first one's standard deviation falls to "
        "{first ReLU layer, about the mean} of the inputs', because its mean is no longer 0, and "
        "keeps to {ReLU, each layer over the one before} a layer from there; with SiLU it is "
        "{SiLU, each layer over the one before}."
    ),
)
class TestHeKeepsStandardDeviation:
    """With He initialization a layer's outputs have about the same standard deviation as its
    inputs."""

    @reading(
        "first ReLU layer, about the mean",
        published="fails",
        size="standard deviation",
        weights=HE_NORMAL,
    )
    @reading("first ReLU layer, about zero", size="root mean square", weights=HE_NORMAL)
    @control("LeCun's variance, about zero", size="root mean square", weights=LECUN_NORMAL)
    def test_first_layer(self, measure, size, weights):
        layer = dense_layer(100, 100, "relu", weights)
        measure(output_over_input(size, layer), claimed=preserved())

    @reading("ReLU, each layer over the one before", activation="relu", weights=HE_NORMAL)
    @reading(
        "SiLU, each layer over the one before",
        published="fails",
        activation="silu",
        weights=HE_NORMAL,
    )
    @control("ReLU with LeCun's variance", activation="relu", weights=LECUN_NORMAL)
    def test_layer_after_layer(self, measure, activation, weights):
        step = layer_over_layer_before("standard deviation", activation=activation, weights=weights)
        measure(step, claimed=preserved())


@claim("init/reduces-vanishing-exploding", "glorot2010, 4.2.1", "he2015, 2.2")
class TestMatchedScalesKeepTheGradient:
    """Keeping the standard deviation from layer to layer reduces the vanishing and exploding of
    gradients."""

    @reading("He with ReLU", activation="relu", weights=HE_NORMAL)
    @reading("Glorot with tanh", activation="tanh", weights=GLOROT_NORMAL)
    @reading("LeCun with SELU", activation="selu", weights=LECUN_NORMAL)
    @control("ReLU, weights N(0, 0.05 squared)", activation="relu", weights=Normal(std=0.05))
    @control("tanh, weights N(0, 1)", activation="tanh", weights=Normal(std=1.0))
    def test_gradient_keeps_its_size_through_20_layers(self, measure, activation, weights):
        gradient = decades_of_gradient(activation=activation, weights=weights)
        measure(gradient, claimed=within_a_decade())

    @reading("ReLU, He instead of N(0, 0.05 squared)", activation="relu", weights=HE_NORMAL)
    @reading("tanh, Glorot instead of N(0, 0.05 squared)", activation="tanh", weights=GLOROT_NORMAL)
    @reading("SELU, LeCun instead of N(0, 0.05 squared)", activation="selu", weights=LECUN_NORMAL)
    @control(
        "those weights on both sides, other seeds", activation="relu", weights=Normal(std=0.05)
    )
    def test_less_is_lost_than_with_one_scale_for_all(self, measure, activation, weights):
        unmatched = decades_off(activation=activation, weights=Normal(std=0.05))
        matched = decades_off(activation=activation, weights=weights)
        measure(unmatched - matched, claimed=decades_apart())
