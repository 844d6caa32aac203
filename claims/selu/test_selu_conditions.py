"""What self-normalization needs, and what it is incompatible with."""

from refute import claim, control, reading
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import (
    HE_NORMAL,
    LECUN_NORMAL,
    LECUN_UNIFORM,
    FanInUniform,
    Orthogonal,
)
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.stack.stepping import Penalty
from refute.lab.self_normalization.alpha_dropout import alpha_dropout_change, alpha_dropout_shift
from refute.lab.self_normalization.bounds import (
    off_bounds,
    off_bounds_after_training,
    off_bounds_of_convolutions,
    off_bounds_with_skips,
)
from refute.wording import not_normalized, noticeably_more, preserved, zero_mean

STANDARDISED, RAW = Digits(), Digits(scaling="raw")


@claim(
    "selu/needs-sequential",
    "klambauer2017, Self-normalizing neural networks",
    "geron2019, chapter 11",
    depends=(
        "holds for skip connections that add a layer's input to its output, not for those that "
        "pass the inputs on to later layers alongside the output"
    ),
    correction=(
        "Adding each layer's input to its output adds their variances, so after 20 layers nothing "
        "is left of variance 1. If the inputs are concatenated instead, as in wide and deep "
        "networks, untrained layers keep mean 0 and variance 1. Strictly speaking, sums do too "
        "once they are divided by √2."
    ),
)
class TestSelfNormalizationNeedsSequentialNetwork:
    """Self-normalization needs a sequential network: skip connections undo it."""

    @reading("layers added to their inputs", topology="sums")
    @reading("inputs handed on beside the output", topology="concatenation", published="fails")
    @reading("sums divided by √2", of="letter", topology="scaled sums", published="fails")
    @control("a plain stack", topology="a plain stack")
    def test_20_layers_with_skips_are_not_normalized(self, measure, topology):
        measure(off_bounds_with_skips(topology), claimed=not_normalized())


@claim(
    "selu/needs-lecun-init",
    "klambauer2017, Initialization",
    "lecun1998, 4.6",
    correction=(
        "Self-normalization is lost with He's weights, which have twice the variance, and with "
        "torch's default weights, which have a third of it. Strictly speaking, it needs LeCun's "
        "variance, 1 / fan_in around 0, not his distribution: others of that variance do as well, "
        "such as orthogonal weights, or Glorot's between layers of equal width."
    ),
)
class TestSelfNormalizationNeedsLecunInitialization:
    """Self-normalization needs LeCun initialization."""

    # The sentence is about weights of another size.  Orthogonal weights of LeCun's variance are a
    # reading of the letter.  Glorot's are LeCun's between layers of equal width and cannot differ.
    @reading("with He's weights", weights=HE_NORMAL)
    @reading("with torch's default weights", weights=FanInUniform())
    @reading("with orthogonal weights", of="letter", weights=Orthogonal(), published="fails")
    @control("LeCun's weights", weights=LECUN_NORMAL)
    @control("LeCun's uniform weights", weights=LECUN_UNIFORM)
    def test_20_layers_with_other_weights_are_not_normalized(self, measure, weights):
        measure(off_bounds(data=None, weights=weights), claimed=not_normalized())


@claim(
    "selu/needs-standardized-inputs",
    "klambauer2017, Theorem 1",
    "geron2019, chapter 11",
    depends=(
        "holds for inputs whose means are not 0, not for centred inputs of another variance, which "
        "the layers bring back to 1"
    ),
    correction=(
        "What counts is that the features have mean 0: with inputs between 0 and 1, the mean and "
        "variance are off from the first layer to the last. The variance need not be 1: 20 layers "
        "bring a variance of 2 back to 1."
    ),
)
class TestSelfNormalizationNeedsStandardizedInputs:
    """Self-normalization needs standardized inputs."""

    @reading("inputs between 0 and 1", data=RAW, variance=1.0, layers="every layer")
    @reading("inputs between 0 and 1, the last layer", data=RAW, variance=1.0,
             layers="the last layer")  # fmt: skip
    @reading("centred inputs of twice the variance, the last layer", data=None,
             variance=2.0, layers="the last layer", published="fails")  # fmt: skip
    @control("standardised inputs", data=STANDARDISED, variance=1.0, layers="every layer")
    @control("standardised inputs, the last layer", data=STANDARDISED, variance=1.0,
             layers="the last layer")  # fmt: skip
    def test_20_layers_on_other_inputs_are_not_normalized(self, measure, data, variance, layers):
        measure(off_bounds(data=data, variance=variance, layers=layers), claimed=not_normalized())


@claim(
    "selu/plain-dropout-incompatible",
    "klambauer2017, New dropout technique",
    correction=(
        "Ordinary dropout multiplies the variance of units centred on 0 by 1 / (1 − rate), layer "
        "by layer: it doubles it at rate 0.5. After 20 layers, mean or variance is outside the "
        "bounds that self-normalization allows, just outside at rate 0.1 and far at 0.5. Strictly "
        "speaking, small rates in shallow stacks stay within them (rate 0.1 after 5 layers, rate "
        "0.05 after 20), and predictions drop nothing. Alpha dropout keeps mean and variance at "
        "any rate."
    ),
)
class TestPlainDropoutBreaksSelfNormalization:
    """Ordinary dropout and self-normalization do not go together."""

    # The sentence is about the rates in use and about deep stacks, for which SELU was made.
    @reading("dropout 0.1", dropout=0.1, depth=20, kind="standard", dropping=True)
    @reading("dropout 0.5", dropout=0.5, depth=20, kind="standard", dropping=True)
    @reading("rate 0.05, 20 layers", of="letter", dropout=0.05, depth=20, kind="standard",
             dropping=True, published="fails")  # fmt: skip
    @reading("rate 0.1, 5 layers", of="letter", dropout=0.1, depth=5, kind="standard",
             dropping=True, published="fails")  # fmt: skip
    @reading("dropout 0.5, predicting", of="letter", dropout=0.5, depth=20, kind="standard",
             dropping=False, published="fails")  # fmt: skip
    @control("alpha dropout 0.1", dropout=0.1, depth=20, kind="alpha", dropping=True)
    @control("alpha dropout 0.5", dropout=0.5, depth=20, kind="alpha", dropping=True)
    def test_layers_with_dropout_are_not_normalized(self, measure, dropout, depth, kind, dropping):
        off = off_bounds(dropout=dropout, depth=depth, dropout_kind=kind, dropping=dropping)
        measure(off, claimed=not_normalized())


@claim(
    "selu/l1-incompatible",
    "klambauer2017, Theorem 1",
    depends="holds for a strong penalty, which removes most of the variance, not for a weak one",
    correction=(
        "Training moves a SELU network away from mean 0 and variance 1 with or without a penalty. "
        "A weak ℓ₁ penalty, which keeps the weights small, leaves it nearer, at {strength 0.0001} "
        "times the distance without a penalty. A strong one removes most of the variance, and "
        "leaves it at {strength 0.003} times that distance."
    ),
)
class TestL1PenaltyBreaksSelfNormalization:
    """An ℓ₁ penalty interferes with self-normalization."""

    @reading("strength 0.0001", penalty=Penalty(1, 1e-4), steps=660, published="fails")
    @reading("strength 0.003", penalty=Penalty(1, 3e-3), steps=660)
    @control("a negligible penalty, 0.000001", penalty=Penalty(1, 1e-6), steps=660)
    def test_a_trained_network_is_further_off_than_without(self, measure, penalty, steps):
        penalized, plain = (
            off_bounds_after_training(depth=5, optimizer=SGD(), steps=steps, penalty=own)
            for own in (penalty, None)
        )
        measure(penalized / plain, claimed=noticeably_more())


@claim(
    "selu/convolutions-lose-normalization",
    "klambauer2017, Self-normalizing neural networks",
    depends="holds at a border padded with zeros and near it, not without padding",
    correction=(
        "Without padding, all of 6 convolutional layers keep a mean near 0 and a variance near 1; "
        "with zero padding, so does the middle of each layer. It is the zeros that reduce the "
        "variance, from the border inwards."
    ),
)
class TestConvolutionsLoseSelfNormalization:
    """In convolutional layers SELU does not normalize itself."""

    @reading("padded with zeros, at the corners", padding="zeros", places="at the corners",
             weights=LECUN_NORMAL)  # fmt: skip
    @reading("padded with zeros, in the middle", padding="zeros", places="in the middle",
             weights=LECUN_NORMAL, published="fails")  # fmt: skip
    @reading("no padding", padding="none", places="everywhere", weights=LECUN_NORMAL,
             published="fails")  # fmt: skip
    @control("no padding, He's weights", padding="none", places="everywhere", weights=HE_NORMAL)
    def test_6_convolutional_layers_are_not_normalized(self, measure, padding, places, weights):
        off = off_bounds_of_convolutions(padding, places, weights=weights)
        measure(off, claimed=not_normalized())


@claim("selu/alpha-dropout-keeps-moments", "klambauer2017, New dropout technique")
class TestAlphaDropoutKeepsMoments:
    """Alpha dropout keeps the mean and variance of SELU's outputs."""

    @reading("variance, rate 0.1, 20 layers", rate=0.1, kind="alpha", activation="selu")
    @reading("variance, rate 0.5, 20 layers", rate=0.5, kind="alpha", activation="selu")
    @control("variance, ordinary dropout", rate=0.5, kind="standard", activation="selu")
    @control("variance after ELU", rate=0.1, kind="alpha", activation="elu")
    def test_variance_after_over_variance_before(self, measure, rate, kind, activation):
        change = alpha_dropout_change(activation, data=STANDARDISED, rate=rate, kind=kind)
        measure(change, claimed=preserved())

    @reading("mean, rate 0.1, 20 layers", rate=0.1, activation="selu")
    @reading("mean, rate 0.5, 20 layers", rate=0.5, activation="selu")
    @control("mean after ReLU", rate=0.5, activation="relu")
    def test_mean_after_less_mean_before(self, measure, rate, activation):
        measure(alpha_dropout_shift(activation, data=STANDARDISED, rate=rate), claimed=zero_mean())
