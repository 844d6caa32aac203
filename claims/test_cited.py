"""What sources decide and no experiment does: purposes, definitions, parts of architectures."""

from refute import claim


@claim(
    "init/purpose-unstable-gradients", "glorot2010, 4.2.1", "he2015, 2.2", documentary="SUPPORTED"
)
class TestInitializationIsMeantAgainstUnstableGradients:
    """Glorot's and He's initializations were devised to counter vanishing and exploding
    gradients."""


@claim("init/purpose-equal-std", "glorot2010, 4.2.1", "he2015, 2.2", documentary="SUPPORTED")
class TestInitializationIsMeantToKeepTheStandardDeviation:
    """Glorot's and He's initializations aim to give each layer's outputs the standard deviation of
    its inputs."""


@claim(
    "init/glorot-derived-for-relu",
    "glorot2010, 4.2.1",
    "he2015, 2.2",
    documentary="REFUTED",
    correction=(
        "It was derived for units that are linear around zero, such as tanh (Glorot and Bengio "
        "2010, 4.2.1). It is He's initialization that was derived for ReLU; He et al. (2015, 2.2) "
        "say that Glorot's assumption does not hold there."
    ),
)
class TestGlorotWasDerivedForRelu:
    """Glorot's initialization was derived for ReLU."""


@claim(
    "momentum/low-friction",
    "goh2017, Dynamics of Momentum",
    "geron2019, chapter 11",
    "goodfellow2016, 8.3.2",
    documentary="SUPPORTED",
)
class TestMuchMomentumIsLittleFriction:
    """High momentum means little friction: the optimizer moves like a weight that is hardly
    damped."""


@claim(
    "sparse/definition-most-weights-zero",
    "hastie2015, preface",
    "geron2019, chapter 11",
    documentary="SUPPORTED",
)
class TestSparseMeansMostWeightsAreZero:
    """A model is called sparse when most of its weights are zero."""


@claim("act/prelu-rrelu-are-leaky-variants", "he2015, 2.1", "xu2015, 2", documentary="SUPPORTED")
class TestParametricAndRandomizedAreLeaky:
    """The parametric and the randomized leaky ReLU are variants of leaky ReLU."""


@claim(
    "act/tanh-in-recurrent",
    "goodfellow2016, 10.2",
    "goodfellow2016, 6.3.2",
    "pytorch_rnn, Parameters",
    "keras2026, keras/src/layers/rnn/simple_rnn.py",
    documentary="SUPPORTED",
)
class TestRecurrentNetworksUseTanh:
    """Recurrent networks use tanh in their hidden layers."""


@claim(
    "act/sigmoid-in-vae-coding-layer",
    "kingma2014, C.2",
    "geron2022, chapter 17",
    documentary="REFUTED",
    correction=(
        "The coding layer of a variational autoencoder outputs means and log-variances of Gaussian "
        "codings, both without an activation (Kingma and Welling 2014, C.2; Géron 2022, 17). It is "
        "in a sparse autoencoder that the coding layer may have a sigmoid (Géron 2022, 17)."
    ),
)
class TestCodingLayerOfVaeIsSigmoid:
    """The coding layer of a variational autoencoder uses the sigmoid."""
