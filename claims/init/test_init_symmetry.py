"""How weights should start: at one value for all, or at random."""

from refute import claim, control, reading
from refute.lab.bench.fixed_weights import Cosines, Sines
from refute.lab.bench.initializers import (
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
    decades_of_signal,
)
from refute.lab.symmetry.exact_training import exactly_identical, train_exactly
from refute.lab.symmetry.roundoff import machine_runs, units_stay_together
from refute.lab.symmetry.small_training import train, train_one_neuron_per_layer
from refute.lab.symmetry.strategies import (
    HE_SCALE,
    SIGNED,
    equal_weight_networks,
    exact_networks,
    moving_networks,
    random_weight_networks,
    scales_other_than_he,
    scales_up_to_he,
    two_valued_networks,
)
from refute.lab.symmetry.symmetry import (
    every_layer_moved,
    outputs_agree,
    outputs_identical,
    units_identical,
    units_told_apart,
)
from refute.wording import better, far_better, within_a_decade


@claim("init/same-value-keeps-symmetry", "goodfellow2016, 8.4", "rumelhart1986")
class TestEqualUnitsStayEqual:
    """If all weights start with the same value, the units of a layer stay equal throughout
    training, so they learn the same feature."""

    @reading("any dense network, value and optimizer", network=equal_weight_networks())
    @control("one weight of one unit nudged", network=equal_weight_networks(nudged=True))
    @control("dropout, which treats units unlike", network=equal_weight_networks(dropout=0.5))
    def test_units_are_copies_after_training(self, network):
        assert units_identical(train(network))


@claim("init/same-value-not-ok", "goodfellow2016, 8.4", "rumelhart1986")
class TestOneValueForAllWeightsIsNotAcceptable:
    """It is not acceptable to give all weights the same value, not even one drawn from He's
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
    """A layer whose weights all start with the same value computes no more than a single neuron
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
        "any continuous law, however small",
        network=random_weight_networks(scales=scales_up_to_he()),
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
        "The algorithm does not, as exact arithmetic shows. Strictly speaking, a machine that "
        "rounds does: over 30 epochs in float32, matrix products rounded the last bits differently "
        "for different units, and the units grew apart."
    ),
)
class TestBackpropagationCannotBreakTheSymmetry:
    """Backpropagation by itself does not tell the units of a layer apart if all weights start with
    the same value."""

    @reading("the algorithm, in exact arithmetic", network=exact_networks())
    @control("exact arithmetic, one weight nudged", network=exact_networks(nudged=True))
    def test_units_are_exact_copies_after_training(self, network):
        assert exactly_identical(train_exactly(network))

    @reading("float32 on a machine, 30 epochs", of="letter", run=machine_runs(), published="fails")
    @control("round-off averaged over the units", run=machine_runs(averaged=True))
    def test_units_stay_together(self, run):
        assert units_stay_together(run)


@claim(
    "init/symmetry-in-every-layer",
    "goodfellow2016, 8.4",
    depends="holds for every hidden layer, not for an output layer with several units",
    correction=(
        "This is true of every hidden layer. The units of an output layer have different targets, "
        "so a single step tells them apart."
    ),
)
class TestSymmetryConcernsEveryLayer:
    """With the same value for all weights, the units of any given layer keep equal weights."""

    @reading("every hidden layer", network=equal_weight_networks(), layers="hidden")
    @control(
        "every hidden layer, one weight nudged",
        network=equal_weight_networks(nudged=True),
        layers="hidden",
    )
    @reading(
        "output layer too, a class for each output",
        published="fails",
        network=equal_weight_networks(),
        layers="all",
    )
    @reading(
        "output layer too, a number for each output",
        published="fails",
        network=equal_weight_networks(loss="squared error"),
        layers="all",
    )
    @control(
        "output layer too, one number for all outputs",
        network=equal_weight_networks(loss="squared error", same_targets=True),
        layers="all",
    )
    def test_units_are_copies(self, network, layers):
        trained = train(network)
        assert units_identical(trained) and (layers == "hidden" or outputs_identical(trained))


@claim(
    "init/weights-must-be-independent",
    "goodfellow2016, 8.4",
    "saxe2014",
    correction=(
        "Drawn independently rather than all set to one value, weights gain {one value for all "
        "instead:points} of test accuracy. Strictly speaking, they only have to differ: the rows "
        "of orthogonal matrices depend on one another and do as well (Saxe et al. 2014; here, "
        "compared with them, the accuracy of independent weights is the same within {orthogonal "
        "matrices instead:within})."
    ),
)
class TestWeightsMustBeIndependent:
    """Weights have to be drawn one by one and independently, not all given the same value."""

    @reading("one value for all instead", weights=OneValue())
    @reading(
        "orthogonal matrices instead", of="letter", published="fails", weights=Orthogonal(2**0.5)
    )
    @control("independent ones of another law instead", weights=HE_UNIFORM)
    def test_accuracy_with_independent_weights_against_others(self, measure, weights):
        measure(accuracy() - accuracy(weights=weights), claimed=better())


@claim(
    "init/randomness-necessary",
    "goodfellow2016, 8.4",
    "zhao2022",
    correction=(
        "A random start gains {one value for all instead:points} of test accuracy over one value "
        "for all weights. Strictly speaking, weights have to be unequal, not random: compared with "
        "starts that use no random numbers, the accuracy of a random start is the same within "
        "{cosine transform instead:within} (cosine transform) or {sines of 1, 2, 3, ... "
        "instead:range} (sines), and Zhao et al. (2022) train deep networks from zeros and ones."
    ),
)
class TestWeightsHaveToBeRandom:
    """Weights have to start at random."""

    @reading("one value for all instead", weights=OneValue())
    @reading("cosine transform instead", of="letter", published="fails", weights=Cosines())
    @reading("sines of 1, 2, 3, ... instead", of="letter", published="fails", weights=Sines())
    @control("random ones of another law instead", weights=HE_UNIFORM)
    def test_accuracy_with_random_weights_against_others(self, measure, weights):
        measure(accuracy() - accuracy(weights=weights), claimed=far_better())


@claim(
    "init/zero-mean-needed-for-symmetry",
    "goodfellow2016, 8.4",
    "he2015, 2.2",
    depends=(
        "holds for the randomness of the weights, not for their mean of zero, which breaks no "
        "symmetry"
    ),
    correction=(
        "Random weights break the symmetry whatever their mean: compared with weights drawn around "
        "0.05, the test accuracy of the usual weights is the same within {mean 0.05:within}; "
        "compared with weights all equal to 0.05, it is {mean 0.05, all weights equal:way}. A mean "
        "of zero has another purpose: with it, the size of the signals can be computed layer by "
        "layer (He et al. 2015, 2.2)."
    ),
)
class TestBreakingTheSymmetryNeedsMeanZero:
    """Weights should be random with mean zero, in order to break the symmetry."""

    @reading("random weights of mean zero break it", network=random_weight_networks())
    @control("one value for all weights", network=equal_weight_networks())
    def test_units_are_told_apart(self, network):
        assert units_told_apart(train(network))

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
    "goodfellow2016, 8.4",
    "he2015, 2.2",
    correction=(
        "Drawing the weights at random does break it. But what is He's own, the scale, has another "
        "purpose (He et al. 2015, 2.2): random weights of other scales break the symmetry too, but "
        "with half of He's variance the signal after 20 layers of ReLU is {LeCun's variance, half "
        "of He's:factor} times smaller."
    ),
)
class TestHeExistsToBreakTheSymmetry:
    """He initialization draws weights at random in order to break the symmetry between units."""

    @reading("He's weights break it", network=random_weight_networks(scales=HE_SCALE))
    @control("one value of He's for all weights", network=equal_weight_networks())
    def test_units_are_told_apart_with_it(self, network):
        assert units_told_apart(train(network))

    @reading(
        "any scale but He's",
        of="letter",
        published="fails",
        network=random_weight_networks(scales=scales_other_than_he()),
    )
    @control("one value for all weights", network=equal_weight_networks())
    def test_units_are_not_told_apart_without_it(self, network):
        assert not units_told_apart(train(network))

    @reading("LeCun's variance, half of He's", of="letter", published="fails", weights=LECUN_NORMAL)
    @reading(
        "a hundredth of He's variance",
        of="letter",
        published="fails",
        weights=VarianceScaling(0.02),
    )
    @control("He's variance, another law", weights=HE_UNIFORM)
    def test_signal_is_the_same_without_it(self, measure, weights):
        measure(decades_of_signal() - decades_of_signal(weights=weights), claimed=within_a_decade())
