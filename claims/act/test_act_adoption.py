"""Which activations people use, and what for: decided by sources."""

from refute import claim


@claim(
    "act/relu-popular",
    "lecun2015, backpropagation to train multilayer architectures",
    "ramachandran2017, 1",
    "clevert2016, 1",
    "dubey2022",
    documentary="SUPPORTED",
    correction=(
        "In Transformers, GELU and gated units have replaced it (Hendrycks and Gimpel 2016, "
        "Shazeer 2020)."
    ),
)
class TestReluIsPopular:
    """ReLU, being simple, is the activation that most people choose."""


@claim(
    "act/tanh-rare-in-hidden",
    "goodfellow2016, 6.3.2",
    "lecun2015, backpropagation to train multilayer architectures",
    "ramachandran2017, 1",
    documentary="SUPPORTED",
)
class TestTanhIsRareInHiddenLayers:
    """Hidden layers seldom use tanh nowadays, except in recurrent networks."""


@claim(
    "act/sigmoid-rare-in-hidden",
    "goodfellow2016, 6.3.2",
    "lecun2015, backpropagation to train multilayer architectures",
    "ramachandran2017, 1",
    documentary="SUPPORTED",
)
class TestSigmoidIsRareInHiddenLayers:
    """Hidden layers of feedforward networks seldom use the sigmoid."""


@claim(
    "act/softmax-rare-in-hidden",
    "goodfellow2016, 6.2.2.3",
    "goodfellow2016, 6.3.3",
    "vaswani2017, 3.2.1",
    documentary="SUPPORTED",
    correction=(
        "Softmax is hardly ever the activation of a hidden layer. Now and then it selects or "
        "weights values inside a network (Goodfellow et al. 2016, 6.3.3), as in attention (Vaswani "
        "et al. 2017, 3.2.1)."
    ),
)
class TestSoftmaxIsRareInHiddenLayers:
    """Hidden layers hardly ever use softmax as their activation."""


@claim(
    "act/exact-zero-useful", "glorot2011, 2.2", "goodfellow2016, 14.2.1", documentary="SUPPORTED"
)
class TestExactZerosAreUseful:
    """In some cases, such as sparse codings, it is useful that an activation can be exactly
    zero."""
