"""Whether a network of SELU layers normalizes itself."""

from refute import claim, control, reading
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import (
    GLOROT_NORMAL,
    HE_NORMAL,
    LECUN_NORMAL,
    LECUN_UNIFORM,
    FanInUniform,
    Orthogonal,
)
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.tuning import PLAIN_SGD
from refute.lab.self_normalization.bounds import after_training, at_the_start
from refute.lab.self_normalization.selu_networks import normalizes_itself, selu_networks
from refute.wording import unit_variance, zero_mean

SELU = Network(activation="selu", weights=LECUN_NORMAL)
RELU = Network(activation="relu", weights=HE_NORMAL)
STANDARDISED = Digits()
RAW = Digits(scaling="raw")


@claim(
    "selu/self-normalizes",
    "klambauer2017, Definition 1",
    "klambauer2017, Theorem 1",
    "klambauer2017, New dropout technique",
    depends=(
        "holds at the start of training, for a plain stack of layers with weights of mean 0 and "
        "variance 1 / fan_in and standardized inputs; it does not hold once the network has been "
        "trained, nor with weights of another variance, inputs whose mean is not 0, ordinary "
        "dropout or skip connections"
    ),
    correction=(
        "At the start of training, the variance of every layer stays near 1 in a plain stack with "
        "LeCun's weights and standardized inputs ({20 layers} at the worst of 20 layers), as "
        "Klambauer et al. 2017 prove for wide layers (Theorem 1). Training moves it: after five "
        "epochs it is {trained, 20 layers, plain SGD} with plain SGD and {trained, 20 layers, "
        "Adam} with Adam. If a condition is not met, it is off from the start: {He's weights} with "
        "He's weights, {torch's default weights} with torch's default weights, {inputs between 0 "
        "and 1, the last layer:range} at layer 20 for inputs between 0 and 1, and {dropout 0.5} "
        "with dropout 0.5; with skip connections it grows from layer to layer. Alpha dropout, "
        "which was made for SELU, keeps it ({alpha dropout 0.5})."
    ),
)
class TestSeluSelfNormalizes:
    """A network of SELU layers normalizes itself: each layer's output has mean 0 and variance 1."""

    @reading("20 layers", depth=20, activation="selu")
    @reading("40 layers", depth=40, activation="selu")
    @control("ELU", depth=20, activation="elu")
    def test_variance_in_a_plain_stack_at_the_start(self, measure, depth, activation):
        measure(
            at_the_start("variance", depth=depth, activation=activation), claimed=unit_variance()
        )

    @reading("mean, 20 layers", depth=20, network=SELU)
    @reading("mean, 40 layers", depth=40, network=SELU)
    @control("mean, ReLU with He's weights", depth=20, network=RELU)
    def test_mean_in_a_plain_stack_at_the_start(self, measure, depth, network):
        measure(
            at_the_start(
                "mean", depth=depth, activation=network.activation, weights=network.weights
            ),
            claimed=zero_mean(),
        )

    @reading(
        "trained, 20 layers, plain SGD", depth=20, optimizer=PLAIN_SGD, steps=220, published="fails"
    )
    @reading("trained, 20 layers, Adam", depth=20, optimizer=Adam(), steps=220, published="fails")
    @reading(
        "trained, 5 layers, SGD with momentum",
        depth=5,
        optimizer=SGD(),
        steps=660,
        published="fails",
    )
    @control("before training, 20 layers", depth=20, optimizer=Adam(), steps=0)
    def test_variance_after_training(self, measure, depth, optimizer, steps):
        trained = after_training("variance", depth=depth, optimizer=optimizer, steps=steps)
        measure(trained, claimed=unit_variance())

    @reading("any wide plain stack", network=selu_networks(suitable=True))
    @control("any with He's weights", network=selu_networks(suitable=True, gain=2.0))
    def test_no_network_is_found_that_does_not(self, network):
        assert normalizes_itself(network)

    @reading("inputs of twice the variance, by the last layer", weights=LECUN_NORMAL)
    @reading("inputs of twice the variance, orthogonal weights", weights=Orthogonal())
    @control("inputs of twice the variance, He's weights", weights=HE_NORMAL)
    def test_layers_bring_the_variance_back(self, measure, weights):
        variance = at_the_start(
            "variance", weights=weights, data=None, variance=2.0, layers="the last layer"
        )
        measure(variance, claimed=unit_variance())

    @reading("uniform weights of LeCun's variance", weights=LECUN_UNIFORM)
    @reading("orthogonal weights", weights=Orthogonal())
    @reading("Glorot's weights, layers of equal width", weights=GLOROT_NORMAL)
    @reading("He's weights", weights=HE_NORMAL, published="fails")
    @reading("torch's default weights", weights=FanInUniform(), published="fails")
    @control("LeCun's weights", weights=LECUN_NORMAL)
    def test_variance_with_other_weights(self, measure, weights):
        measure(at_the_start("variance", weights=weights, data=None), claimed=unit_variance())

    @reading("inputs between 0 and 1", data=RAW, layers="every layer", published="fails")
    @reading(
        "inputs between 0 and 1, the last layer",
        data=RAW,
        layers="the last layer",
        published="fails",
    )
    @control("standardised inputs", data=STANDARDISED, layers="every layer")
    @control("standardised inputs, the last layer", data=STANDARDISED, layers="the last layer")
    def test_variance_with_other_inputs(self, measure, data, layers):
        measure(at_the_start("variance", data=data, layers=layers), claimed=unit_variance())

    @reading("dropout 0.1", dropout=0.1, kind="standard", dropping=True, published="fails")
    @reading("dropout 0.5", dropout=0.5, kind="standard", dropping=True, published="fails")
    @reading("alpha dropout 0.1", dropout=0.1, kind="alpha", dropping=True)
    @reading("alpha dropout 0.5", dropout=0.5, kind="alpha", dropping=True)
    @control("dropout 0.5, predicting", dropout=0.5, kind="standard", dropping=False)
    def test_variance_with_dropout(self, measure, dropout, kind, dropping):
        measure(
            at_the_start("variance", dropout=dropout, dropout_kind=kind, dropping=dropping),
            claimed=unit_variance(),
        )

    @reading("skip connections", skip=True, published="fails")
    @control("no skip connections", skip=False)
    def test_variance_with_skip_connections(self, measure, skip):
        measure(at_the_start("variance", data=None, skip=skip), claimed=unit_variance())
