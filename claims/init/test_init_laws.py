"""How random weights are drawn: He's, Glorot's and LeCun's laws, and what ReLU does to a law."""

from refute import claim, control, reading
from refute.lab.bench.activations import LEAKY_SLOPE
from refute.lab.bench.initializers import (
    GLOROT_NORMAL,
    GLOROT_UNIFORM,
    HE_NORMAL,
    HE_UNIFORM,
    LECUN_NORMAL,
    LECUN_UNIFORM,
    Shifted,
    VarianceScaling,
)
from refute.lab.initialization.drawn_weights import (
    TorchLinear,
    drawn_layers,
    largest_over_glorots_limit,
    scaled_mean,
    scaled_variance,
    standard_deviation,
    variance_by_both_fans,
    weights_beyond_one,
    within_glorots_limit,
)
from refute.lab.initialization.scales import share_left_by_first_layer, share_passed_on
from refute.lab.initialization.symmetric_laws import halved_by_relu, symmetric_laws
from refute.wording import equal_to, noticeably_less, practically_none, zero_mean

# Layers of random sizes have as many inputs as outputs in the median: they would not tell a law of
# fan_in from one of both fans.
WIDENING, NARROWING = (100, 300), (300, 100)


@claim("init/he-variance-two-over-fan-in", "he2015, 2.2")
class TestHesVarianceIsTwoOverFanIn:
    """He initialization draws the weights with mean 0 and variance 2 / fan_in."""

    @reading("normal, torch's", law=TorchLinear("kaiming_normal_"), fans=WIDENING)
    @reading("uniform, torch's", law=TorchLinear("kaiming_uniform_"), fans=NARROWING)
    @reading(
        "cut at two standard deviations, as Keras draws it",
        law=VarianceScaling(law="truncated"),
        fans=WIDENING,
    )
    @control("4 / (fan_in + fan_out)", law=VarianceScaling(2.0, "average"), fans=NARROWING)
    @control("what torch.nn.Linear draws by default", law=TorchLinear("default"), fans=WIDENING)
    def test_variance(self, measure, law, fans):
        measure(scaled_variance(law, fans), claimed=equal_to(2))

    @reading("mean of the normal, torch's", law=TorchLinear("kaiming_normal_"))
    @reading("mean of the uniform, torch's", law=TorchLinear("kaiming_uniform_"))
    @control("He's law around 0.05", law=Shifted(HE_NORMAL, 0.05))
    def test_mean(self, measure, law):
        measure(scaled_mean(law), claimed=zero_mean())


@claim("init/glorot-variance-two-over-both-fans", "glorot2010, 4.2.1")
class TestGlorotsVarianceIsTwoOverBothFans:
    """Glorot initialization draws the weights with mean 0 and variance 2 / (fan_in + fan_out), if
    uniformly then within ± sqrt(6 / (fan_in + fan_out))."""

    @reading("normal, torch's", law=TorchLinear("xavier_normal_"), fans=WIDENING)
    @reading("uniform, torch's", law=TorchLinear("xavier_uniform_"), fans=NARROWING)
    @reading(
        "cut at two standard deviations, as Keras draws it",
        law=VarianceScaling(1.0, "average", "truncated"),
        fans=WIDENING,
    )
    @control("He's law, torch's", law=TorchLinear("kaiming_normal_"), fans=WIDENING)
    @control("LeCun's law, 100 inputs and 300 units", law=LECUN_NORMAL, fans=WIDENING)
    @control("LeCun's law, 300 inputs and 100 units", law=LECUN_NORMAL, fans=NARROWING)
    @control("what torch.nn.Linear draws by default", law=TorchLinear("default"), fans=WIDENING)
    def test_variance(self, measure, law, fans):
        measure(variance_by_both_fans(law, fans), claimed=equal_to(2))

    @reading("mean of the normal, torch's", law=TorchLinear("xavier_normal_"))
    @reading("mean of the uniform, torch's", law=TorchLinear("xavier_uniform_"))
    @control("Glorot's law around 0.05", law=Shifted(GLOROT_NORMAL, 0.05))
    def test_mean(self, measure, law):
        measure(scaled_mean(law), claimed=zero_mean())

    @reading(
        "nothing beyond the limit, torch's", layer=drawn_layers(TorchLinear("xavier_uniform_"))
    )
    @reading("nothing beyond the limit, uniform", layer=drawn_layers(GLOROT_UNIFORM))
    @control("normal, torch's, some beyond it", layer=drawn_layers(TorchLinear("xavier_normal_")))
    @control("He's law, uniform, some beyond it", layer=drawn_layers(HE_UNIFORM))
    def test_uniform_weights_stay_within_the_limit(self, layer):
        assert within_glorots_limit(layer)

    @reading("up to the limit, torch's", law=TorchLinear("xavier_uniform_"))
    @reading("up to the limit, uniform", law=GLOROT_UNIFORM)
    @control("normal law, torch's", law=TorchLinear("xavier_normal_"))
    def test_uniform_weights_reach_the_limit(self, measure, law):
        measure(largest_over_glorots_limit(law), claimed=equal_to(1))


@claim("init/lecun-variance-one-over-fan-in", "lecun1998, 4.6", "klambauer2017, Initialization")
class TestLeCunsVarianceIsOneOverFanIn:
    """LeCun initialization draws the weights with mean 0 and variance 1 / fan_in, which is Glorot's
    variance where fan_in equals fan_out."""

    @reading("normal", law=LECUN_NORMAL, fans=WIDENING)
    @reading("uniform", law=LECUN_UNIFORM, fans=NARROWING)
    @reading(
        "cut at two standard deviations, as Keras draws it",
        law=VarianceScaling(1.0, "in", "truncated"),
        fans=WIDENING,
    )
    @reading(
        "torch's kaiming_normal_ for linear units",
        law=TorchLinear("kaiming_normal_", "linear"),
        fans=NARROWING,
    )
    @control("He's law", law=HE_NORMAL, fans=WIDENING)
    @control("Glorot's law, 300 inputs and 100 units", law=GLOROT_NORMAL, fans=NARROWING)
    @control("what torch.nn.Linear draws by default", law=TorchLinear("default"), fans=WIDENING)
    def test_variance(self, measure, law, fans):
        measure(scaled_variance(law, fans), claimed=equal_to(1))

    @reading("mean of the normal", law=LECUN_NORMAL)
    @control("LeCun's law around 0.05", law=Shifted(LECUN_NORMAL, 0.05))
    def test_mean(self, measure, law):
        measure(scaled_mean(law), claimed=zero_mean())

    @reading("Glorot's law, 300 inputs and 300 units", fans=(300, 300))
    @control("Glorot's, torch's, 300 inputs and 100 units", fans=NARROWING)
    @control("Glorot's, torch's, 100 inputs and 300 units", fans=WIDENING)
    def test_variance_of_glorot(self, measure, fans):
        measure(scaled_variance(TorchLinear("xavier_normal_"), fans), claimed=equal_to(1))


@claim(
    "init/he-uses-both-fans",
    "he2015, 2.2",
    "glorot2010, 4.2.1",
    correction=(
        "He's rule uses only one of the two numbers, by default that of the inputs: with ten times "
        "as many outputs, the standard deviation stays what it was ({normal} times). It is "
        "Glorot's rule that averages inputs and outputs. (He et al. 2015, 2.2, derive a second "
        "rule from the outputs, and say that either will do.)"
    ),
)
class TestHeUsesInputsAndOutputs:
    """He initialization scales the weights by the number of a layer's inputs and by the number of
    its outputs."""

    @reading("normal", law=HE_NORMAL, published="fails")
    @reading("uniform", law=HE_UNIFORM, published="fails")
    @reading("torch's", law=TorchLinear("kaiming_normal_"), published="fails")
    @control("Glorot's law, normal", law=GLOROT_NORMAL)
    @control("Glorot's law, uniform", law=GLOROT_UNIFORM)
    def test_ten_times_the_outputs_make_weights_smaller(self, measure, law):
        few, many = (standard_deviation(law, 300, outputs) for outputs in (100, 1000))
        measure(many / few, claimed=noticeably_less())


@claim(
    "init/he-small-random-values",
    "he2015, 2.2",
    correction=(
        "It does in layers of the usual size. Strictly speaking, the scale depends on the number "
        "of inputs: {2 inputs:percent} of the weights lie beyond ±1 in a layer with two inputs, "
        "and {100 inputs:percent} in one with 100."
    ),
)
class TestHeSetsSmallRandomNumbers:
    """He initialization sets the weights to small random numbers."""

    @reading("61 inputs, one for each pixel of a digit", law=HE_NORMAL, fan_in=61)
    @reading("100 inputs", law=HE_NORMAL, fan_in=100)
    @reading("100 inputs, torch's", law=TorchLinear("kaiming_normal_"), fan_in=100)
    @reading("2 inputs", law=HE_NORMAL, fan_in=2, of="letter", published="fails")
    @control("a hundred times He's variance", law=VarianceScaling(200.0), fan_in=100)
    def test_share_of_large_weights(self, measure, law, fan_in):
        measure(weights_beyond_one(law, fan_in), claimed=practically_none())


@claim(
    "init/relu-halves-variance",
    "he2015, 2.2",
    depends=(
        "holds for the variance that ReLU passes on to the next layer's pre-activations, not for "
        "that of its own outputs"
    ),
    correction=(
        "The pre-activations of the next layer have {pre-activations of the next layer} of the "
        "variance that they would have without ReLU. Their weights have mean 0, so what counts is "
        "the second moment (the mean square) of ReLU's outputs, and ReLU halves that if its input "
        "is symmetric about 0 (He et al. 2015, 2.2). The outputs themselves are not centred, and "
        "their variance is less: {digits, first hidden layer} of what it was before ReLU in the "
        "first layer of a network on digits, and (1 − 1/π)/2 = 0.341 for a Gaussian."
    ),
)
class TestReluHalvesTheVariance:
    """ReLU halves the variance of a signal whose mean is zero."""

    @reading("any symmetric law", published="fails", statistic="variance", law=symmetric_laws())
    @control("any symmetric law, second moment", statistic="second moment", law=symmetric_laws())
    def test_half_is_left(self, statistic, law):
        assert halved_by_relu(statistic, law)

    @reading("digits, first hidden layer", published="fails", statistic="variance")
    @control("digits, first hidden layer, second moment", statistic="second moment")
    def test_half_is_left_in_a_network(self, measure, statistic):
        measure(share_left_by_first_layer(statistic), claimed=equal_to(0.5))

    @reading("pre-activations of the next layer", activation="relu", slope=LEAKY_SLOPE)
    @control("leaky ReLU of slope 0.5", activation="leaky relu", slope=0.5)
    def test_half_reaches_the_next_layer(self, measure, activation, slope):
        measure(share_passed_on(activation, slope), claimed=equal_to(0.5))


@claim("init/relu-halves-second-moment", "he2015, 2.2")
class TestReluHalvesTheSecondMoment:
    """ReLU halves the second moment, the mean square, of an input that is symmetric about zero."""

    @reading("any symmetric law", statistic="second moment", law=symmetric_laws())
    @control("any symmetric law, variance", statistic="variance", law=symmetric_laws())
    def test_half_is_left(self, statistic, law):
        assert halved_by_relu(statistic, law)

    @reading("digits, first hidden layer", statistic="second moment")
    @control("digits, first hidden layer, variance", statistic="variance")
    def test_half_is_left_in_a_network(self, measure, statistic):
        measure(share_left_by_first_layer(statistic), claimed=equal_to(0.5))
