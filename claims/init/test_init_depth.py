"""Scales through many layers, at the start of training and later."""

from dataclasses import replace

from refute import claim, control, reading
from refute.lab.bench.initializers import (
    GLOROT_NORMAL,
    GLOROT_UNIFORM,
    HE_NORMAL,
    HE_UNIFORM,
    ZEROS,
    Normal,
    OneValue,
)
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.quantities import accuracy
from refute.lab.bench.training import USUAL_STEPS
from refute.lab.initialization.during_training import decades, instability, last_over_first
from refute.lab.initialization.output_layer import output_layer_over_inputs
from refute.lab.initialization.returning import deep_trainings, keeps_gradients
from refute.lab.initialization.scales import decades_of_gradient, decades_of_signal
from refute.wording import (
    as_good,
    decades_apart,
    far_better,
    noticeably_less,
    preserved,
    rarely,
    roughly,
    within_a_decade,
)

SQUARE = Network(inputs=100, hidden=(100,) * 5, outputs=100, activation="tanh")

DEEP = Network(hidden=(50,) * 20)
SEVEN_EPOCHS, SLOW = 308, SGD(0.003)
"""20 layers at ten times this rate, or at the usual one, train by luck even with He's weights."""


@claim(
    "init/output-layer-std-matches-input-layer",
    "glorot2010, 4.2.1",
    "he2015, 2.2",
    depends="holds where layers are equally wide and nearly linear, not otherwise",
    correction=(
        "From the inputs to the output layer of an untrained network, the standard deviation is "
        "multiplied by {Glorot, tanh, small inputs} if all layers are equally wide and the inputs "
        "so small that tanh is nearly linear, by {Glorot, tanh, inputs of unit variance} with "
        "inputs of unit variance, by {He, ReLU, ten classes} in a ReLU classifier with He's "
        "weights, and by {Glorot, linear, 1000 inputs and ten classes} where layers get narrower. "
        "Both rules were meant to keep it from layer to layer (Glorot and Bengio 2010, equation 8; "
        "He et al. 2015, equation 10). He et al. call the variance roughly preserved from the "
        "first layer to the last; they let the first layer double it."
    ),
)
class TestOutputLayerHasTheInputsStandardDeviation:
    """With Glorot's or He's initialization, the standard deviation at the output layer of a network
    is about the same as at its input layer."""

    @reading(
        "Glorot, tanh, small inputs",
        network=replace(SQUARE, weights=GLOROT_UNIFORM),
        input_std=0.1,
    )
    @reading(
        "Glorot, tanh, inputs of unit variance",
        published="fails",
        network=replace(SQUARE, weights=GLOROT_UNIFORM),
        input_std=1.0,
    )
    @reading(
        "He, ReLU, ten classes",
        published="fails",
        network=Network(inputs=100, hidden=(300, 300)),
        input_std=1.0,
    )
    @reading(
        "Glorot, linear, 1000 inputs and ten classes",
        published="fails",
        network=Network(inputs=1000, hidden=(100,), activation="identity", weights=GLOROT_UNIFORM),
        input_std=1.0,
    )
    @control(
        "tanh, small inputs, weights N(0, 0.05 squared)",
        network=replace(SQUARE, weights=Normal(std=0.05)),
        input_std=0.1,
    )
    def test_whole_network(self, measure, network, input_std):
        measure(output_layer_over_inputs(network, input_std), claimed=preserved())


@claim(
    "init/std-guarantee-only-at-start",
    "glorot2010, 4.2.1",
    "goodfellow2016, 8.4",
)
class TestStandardDeviationIsKeptAtTheStartOnly:
    """Layers are guaranteed to keep the standard deviation of the signal only at the start of
    training: as training goes on, they do not."""

    @reading("untrained, He's weights", weights=HE_NORMAL)
    @control("untrained, weights N(0, 0.05 squared)", weights=Normal(std=0.05))
    def test_kept_at_the_start(self, measure, weights):
        measure(last_over_first("before", weights=weights), claimed=roughly(1))

    @reading("after 15 epochs, SGD", when="after", optimizer=SGD())
    @reading("after 15 epochs, Adam", when="after", optimizer=Adam())
    @control("untrained", when="before", optimizer=SGD())
    def test_not_kept_later(self, measure, when, optimizer):
        kept = last_over_first(when, optimizer=optimizer).within(roughly(1))
        measure(kept, claimed=rarely())


@claim(
    "init/instability-worst-at-start",
    "glorot2010, 4.2.1",
    correction=(
        "Where gradients are unstable, as with weights that are too small for the depth, this is "
        "true: across layers, they are {weights too small, N(0, 0.05 squared):range} times as "
        "uneven in the second half of training as in the first tenth. Strictly speaking, He's "
        "weights are the exception, with which gradients are never unstable: nearly even at first, "
        "they become {He's weights, SGD} times as uneven with SGD and {He's weights, Adam} times "
        "with Adam. (Glorot and Bengio 2010, 4.2.1, compare untrained networks.)"
    ),
)
class TestGradientsAreMostUnstableAtTheStart:
    """A network suffers most from unstable gradients at the beginning of training."""

    @reading("weights too small, N(0, 0.05 squared)", weights=Normal(std=0.05), optimizer=SGD())
    # With He's weights gradients are stable from first to last, and nobody suffers from them.
    @reading(
        "He's weights, SGD",
        of="letter",
        published="fails",
        weights=HE_NORMAL,
        optimizer=SGD(),
    )
    @reading(
        "He's weights, Adam",
        of="letter",
        published="fails",
        weights=HE_NORMAL,
        optimizer=Adam(),
    )
    @control("weights too small, learning rate 0", weights=Normal(std=0.05), optimizer=SGD(0.0))
    def test_unevenness_in_the_second_half_over_that_in_the_first_tenth(
        self, measure, weights, optimizer
    ):
        beginning, later = (
            instability(when, weights=weights, optimizer=optimizer)
            for when in ("at the beginning", "later")
        )
        measure(later / beginning, claimed=noticeably_less())


@claim(
    "init/he-helps-vanishing-gradient",
    "he2015, 2.2",
    correction=(
        "It does in ReLU networks, for which it was derived. Strictly speaking, it does not with "
        "logistic units: through 30 layers of them the gradient still becomes {30 layers of "
        "logistic units:factor} times smaller."
    ),
)
class TestHeHelpsAgainstVanishingGradients:
    """He initialization helps deep networks to avoid vanishing gradients."""

    @reading("30 layers of ReLU", activation="relu", weights=HE_NORMAL)
    @reading("30 layers of leaky ReLU", activation="leaky relu", weights=HE_NORMAL)
    @reading(
        "30 layers of logistic units",
        of="letter",
        published="fails",
        activation="sigmoid",
        weights=HE_NORMAL,
    )
    @control("30 layers of ReLU, Glorot's weights", activation="relu", weights=GLOROT_NORMAL)
    def test_gradient_keeps_its_size(self, measure, activation, weights):
        gradient = decades_of_gradient(hidden=(100,) * 30, activation=activation, weights=weights)
        measure(gradient, claimed=within_a_decade())


@claim(
    "init/small-gaussian-suffices",
    "glorot2010, 4.2.1",
    "he2015, 2.2",
    depends="holds for one hidden layer, not for two within 15 epochs, nor for twenty",
    correction=(
        "With one hidden layer it is enough (test accuracy compared with He's weights: the same "
        "within {one hidden layer:within}). With two, accuracy after 15 epochs is {two hidden "
        "layers, 15 epochs:range}. With 20 layers hardly any signal reaches the output, and "
        "accuracy is {twenty hidden layers:way}. The scale has to depend on the number of inputs."
    ),
)
class TestSmallGaussianIsEnough:
    """It is enough to draw the weights as small random numbers, say from N(0, 0.01 squared)."""

    @reading(
        "one hidden layer",
        network=Network(hidden=(100,)),
        weights=Normal(std=0.01),
        steps=USUAL_STEPS,
        optimizer=SGD(),
    )
    @reading(
        "two hidden layers, 15 epochs",
        published="fails",
        network=Network(),
        weights=Normal(std=0.01),
        steps=USUAL_STEPS,
        optimizer=SGD(),
    )
    @reading(
        "twenty hidden layers",
        published="fails",
        network=DEEP,
        weights=Normal(std=0.01),
        steps=SEVEN_EPOCHS,
        optimizer=SLOW,
    )
    @control(
        "one hidden layer, one value for all weights",
        network=Network(hidden=(100,)),
        weights=OneValue(),
        steps=USUAL_STEPS,
        optimizer=SGD(),
    )
    @control(
        "two hidden layers, N(0, 0.16 squared), near He's scale",
        network=Network(),
        weights=Normal(std=0.16),
        steps=USUAL_STEPS,
        optimizer=SGD(),
    )
    def test_accuracy_against_he(self, measure, network, weights, steps, optimizer):
        he, small = (
            accuracy(replace(network, weights=law), steps=steps, optimizer=optimizer)
            for law in (HE_NORMAL, weights)
        )
        measure(small - he, claimed=as_good())


@claim(
    "init/glorot-fails-with-relu",
    "he2015, 2.2",
    depends=(
        "holds for the signal, which becomes a thousand times smaller over 20 layers, and for "
        "seven epochs of SGD there; with Adam such networks train, if more slowly, and two layers "
        "are unharmed"
    ),
    correction=(
        "Each layer does halve the mean square of the signal. With two hidden layers that hardly "
        "matters: test accuracy with He's weights is the same within {two hidden layers:within}. "
        "With 20 layers Glorot's weights train more slowly: after seven epochs of SGD, at a "
        "learning rate that suits He's weights, accuracy with He's weights is {twenty hidden "
        "layers, seven epochs of SGD:way}; with Adam, which scales its steps by the gradients, it "
        "is {twenty hidden layers, seven epochs of Adam:range}. (He et al. 2015, 2.2, trained 22 "
        "layers with either initialization, but 30 only with their own.)"
    ),
)
class TestGlorotFailsWithRelu:
    """With ReLU, Glorot initialization fails: the signal vanishes and the network does not
    train."""

    @reading(
        "two hidden layers",
        published="fails",
        network=Network(),
        weights=GLOROT_NORMAL,
        steps=USUAL_STEPS,
        optimizer=SGD(),
    )
    @reading(
        "twenty hidden layers, seven epochs of SGD",
        network=DEEP,
        weights=GLOROT_NORMAL,
        steps=SEVEN_EPOCHS,
        optimizer=SLOW,
    )
    @reading(
        "twenty hidden layers, seven epochs of Adam",
        published="fails",
        network=DEEP,
        weights=GLOROT_NORMAL,
        steps=SEVEN_EPOCHS,
        optimizer=Adam(),
    )
    @control(
        "two hidden layers, zero weights",
        network=Network(),
        weights=ZEROS,
        steps=USUAL_STEPS,
        optimizer=SGD(),
    )
    @control(
        "two hidden layers, He's variance by another law",
        network=Network(),
        weights=HE_UNIFORM,
        steps=USUAL_STEPS,
        optimizer=SGD(),
    )
    def test_accuracy_with_he_against_it(self, measure, network, weights, steps, optimizer):
        he, other = (
            accuracy(replace(network, weights=law), steps=steps, optimizer=optimizer)
            for law in (HE_NORMAL, weights)
        )
        measure(he - other, claimed=far_better())

    @reading("signal after 20 layers", weights=GLOROT_NORMAL)
    @control("signal after 20 layers, He's variance by another law", weights=HE_UNIFORM)
    def test_signal_is_smaller_than_with_he(self, measure, weights):
        measure(decades_of_signal() - decades_of_signal(weights=weights), claimed=decades_apart())


TWENTY_LAYERS = {"hidden": DEEP.hidden, "steps": SEVEN_EPOCHS, "optimizer": SLOW}


@claim(
    "init/he-keeps-gradients-throughout",
    "geron2019, chapter 11",
    "he2015, 2.2",
    correction=(
        "It does: in the second half of training, the gradients of first and last hidden layer "
        "differ by a factor of {5 layers, SGD, second half:factor range} with five layers and {20 "
        "layers, SGD, second half:factor range} with twenty. Strictly speaking, a good start "
        "guarantees nothing later (Géron 2019, chapter 11): with {20 layers, Adam at ten times its "
        "default rate:counterexample}, they came to differ more than tenfold in a network that "
        "learned."
    ),
)
class TestHeKeepsGradientsThroughoutTraining:
    """He initialization keeps gradients from vanishing and exploding throughout training."""

    @reading("5 layers, SGD, second half", gradients=decades("later"))
    @reading("5 layers, Adam, second half", gradients=decades("later", optimizer=Adam()))
    @reading("20 layers, SGD, first tenth", gradients=decades("at the beginning", **TWENTY_LAYERS))
    @reading("20 layers, SGD, second half", gradients=decades("later", **TWENTY_LAYERS))
    @control(
        "5 layers, weights N(0, 0.05 squared), first tenth",
        gradients=decades("at the beginning", weights=Normal(std=0.05)),
    )
    def test_last_layers_over_first(self, measure, gradients):
        measure(gradients, claimed=within_a_decade())

    @reading(
        "20 layers, Adam at ten times its default rate",
        of="letter",
        run=deep_trainings(0.01),
        trained=True,
        published="fails",
    )
    @control("20 layers, before training", run=deep_trainings(0.01), trained=False)
    def test_gradients_never_differ_by_a_decade(self, run, trained):
        assert keeps_gradients(run, trained=trained)
