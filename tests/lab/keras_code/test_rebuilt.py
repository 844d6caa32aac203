"""Networks rebuilt from a key's layers: how many numbers they have, and what moves them."""

import pytest

from refute.key_code import DenseLayer
from refute.lab.bench.real_keras import real_keras
from refute.lab.keras_code.rebuilt import Layers

PLAIN = Layers((DenseLayer(5, "he_normal", ("elu",)), DenseLayer(2, None, ("softmax",))), 3)
NORMALIZED = Layers(
    (DenseLayer(5, "he_normal", ("batch norm", "elu")), DenseLayer(2, None, ("softmax",))), 3
)
BEHIND = Layers(
    (DenseLayer(5, "he_normal", ("elu", "batch norm")), DenseLayer(2, None, ("softmax",))), 3
)


@pytest.mark.parametrize("library", ["torch", "Keras"])
def test_numbers_are_weights_biases_and_what_batch_normalization_keeps(library):
    if library == "Keras":
        real_keras()
    assert PLAIN.parameters(library) == 3 * 5 + 5 + 5 * 2 + 2
    assert NORMALIZED.parameters(library) == PLAIN.parameters(library) + 4 * 5


@pytest.mark.parametrize("library", ["torch", "Keras"])
def test_only_batch_normalization_right_after_the_weights_undoes_a_shift(library):
    if library == "Keras":
        real_keras()
    assert NORMALIZED.shift_of_outputs(library) < 1e-5
    assert PLAIN.shift_of_outputs(library) > 0.01
    assert BEHIND.shift_of_outputs(library) > 0.01
