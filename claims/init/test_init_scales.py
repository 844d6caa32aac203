"""How weights should start: Glorot's and He's scales, and what they preserve."""

from refute import claim, control, reading
from refute.lab.bench.initializers import (
    GLOROT_NORMAL,
    GLOROT_UNIFORM,
    HE_NORMAL,
    LECUN_NORMAL,
    Normal,
)
from refute.lab.initialization.scales import (
    change_per_layer,
    decades_lost_or_gained,
    decades_of_gradient,
    dense_layer,
    output_over_input,
)
from refute.wording import decades_apart, preserved, within_a_decade


@claim(
    "init/glorot-preserves-layer-std",
    "glorot2010, 4.2.1",
    "goodfellow2016, 8.4",
    depends="holds where a layer has as many outputs as inputs and is nearly linear, not otherwise",
    correction=(
        "With as many inputs as units, linear units multiply the standard deviation by {100 linear "
        "units on 100 inputs}, and tanh units by {100 tanh units, inputs of standard deviation "
        "0.1} while their inputs are small, but by {100 tanh units, inputs of unit variance} at "
        "unit variance. From 1000 inputs to 100 units it is multiplied by {1000 inputs, 100 linear "
        "units}, and from 100 to 1000 by {100 inputs, 1000 linear units}, because Glorot's rule is "
        "a compromise between the two directions (Glorot and Bengio 2010, equation 12)."
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
        of="letter",
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
        step = change_per_layer("standard deviation", activation="tanh", weights=weights)
        measure(step, claimed=preserved())


@claim(
    "init/he-preserves-layer-std",
    "he2015, 2.2",
    correction=(
        "It does with ReLU, for which it was derived: from one layer to the next, the standard "
        "deviation is multiplied by {ReLU, each layer over the one before}. Strictly speaking, "
        "what the first ReLU layer keeps is the root mean square of its inputs ({first ReLU layer, "
        "about zero} times); its outputs are no longer centred, so their standard deviation is "
        "{first ReLU layer, about the mean} times as large. Nor does it suit every relative of "
        "ReLU: a layer of SiLU multiplies the standard deviation by {SiLU, each layer over the one "
        "before}."
    ),
)
class TestHeKeepsStandardDeviation:
    """With He initialization a layer's outputs have about the same standard deviation as its
    inputs."""

    @reading(
        "first ReLU layer, about the mean",
        of="letter",
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
        of="letter",
        published="fails",
        activation="silu",
        weights=HE_NORMAL,
    )
    @control("ReLU with LeCun's variance", activation="relu", weights=LECUN_NORMAL)
    def test_layer_after_layer(self, measure, activation, weights):
        step = change_per_layer("standard deviation", activation=activation, weights=weights)
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
        unmatched = decades_lost_or_gained(activation=activation, weights=Normal(std=0.05))
        matched = decades_lost_or_gained(activation=activation, weights=weights)
        measure(unmatched - matched, claimed=decades_apart())
