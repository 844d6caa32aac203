"""Where biases start by default and in practice."""

from refute import claim, control, reading
from refute.lab.initialization.torch_layers import biases_are_zero, linear_layers


@claim(
    "bias/pytorch-default-zero",
    "pytorch_linear, Variables",
    "keras_dense, Arguments",
    correction=(
        "Keras starts them at zero. PyTorch draws them uniformly from −1/√n to 1/√n in a layer "
        "with n inputs, unless told otherwise."
    ),
)
class TestFrameworksStartBiasesAtZero:
    """By default the dense layers of the usual frameworks, PyTorch among them, start with zero
    biases."""

    @reading("torch.nn.Linear", layer=linear_layers(), published="fails")
    @control("torch.nn.Linear after nn.init.zeros_", layer=linear_layers(zeroed=True))
    def test_biases_are_zero(self, layer):
        assert biases_are_zero(layer)


@claim(
    "bias/zero-is-common-practice",
    "goodfellow2016, 8.4",
    "keras_dense, Arguments",
    "glorot2010, 2.3",
    "he2015, 2.2",
    documentary="SUPPORTED",
)
class TestZeroBiasesAreCommonPractice:
    """It is common practice to start biases at zero."""
