"""The bias of a layer before a normalization."""

import pytest
import torch
from hypothesis import given, settings

from refute.lab.batch_normalization.biases import (
    NormalizedLayer,
    _Numbers,
    bias_gets_gradient,
    cancels_bias,
    normalized_layers,
)

LAYER = NormalizedLayer(inputs=5, units=4, samples=16, bias=7.0, seed=3)


def test_output_is_normalized_over_the_batch():
    for predicting in (False, True):
        output = LAYER.output(biased=True, predicting=predicting)
        assert output.shape == (16, 4)
        assert output.mean(0).abs().max() < 1e-12
    by_layer = NormalizedLayer(5, 4, 16, 7.0, 3, normalization="layer").output(biased=True)
    assert by_layer.mean(1).abs().max() < 1e-12


def test_biases_have_the_given_standard_deviation():
    plain = NormalizedLayer(5, 1000, 16, 7.0, 3)
    small = NormalizedLayer(5, 1000, 16, 0.7, 3)
    large, tenth = (
        layer._activated(numbers, numbers.biases) - layer._activated(numbers, None)
        for layer, numbers in ((own, _Numbers(own)) for own in (plain, small))
    )
    torch.testing.assert_close(large, 10 * tenth)
    assert large[0].std().item() == pytest.approx(7, rel=0.1)


def test_gradient_agrees_with_finite_differences():
    layer = NormalizedLayer(3, 2, 8, 1.0, 5, between="tanh")
    numbers = _Numbers(layer)

    def value(biases):
        with torch.no_grad():
            output = layer._norm()(layer._activated(numbers, biases))
        return float((output * numbers.cotangent).sum())

    gradient, terms = layer.gradients()
    torch.testing.assert_close(gradient, terms.sum(0))
    for unit in range(2):
        step = torch.zeros(2, dtype=torch.float64)
        step[unit] = 1e-6
        slope = (value(numbers.biases + step) - value(numbers.biases - step)) / 2e-6
        assert gradient[unit].item() == pytest.approx(slope, rel=1e-5)


def test_only_batch_normalization_directly_after_the_layer_cancels_its_bias():
    assert cancels_bias(LAYER)
    assert cancels_bias(LAYER, predicting=True)
    assert not bias_gets_gradient(LAYER)
    apart = NormalizedLayer(5, 4, 16, 1.0, 3, between="tanh")
    assert not cancels_bias(apart)
    assert bias_gets_gradient(apart)
    assert not cancels_bias(NormalizedLayer(5, 4, 16, 7.0, 3, normalization="layer"))


@pytest.mark.parametrize("bias", [5.0, 100.0])
def test_round_off_of_a_unit_that_hardly_varies_is_no_gradient(bias):
    layer = NormalizedLayer(inputs=1, units=28, samples=45, bias=bias, seed=4742)
    assert _Numbers(layer).weights.abs().min() < 1e-3
    assert layer.gradients()[0].abs().max() > 1e-9  # the trap: exactly, it is 0
    assert not bias_gets_gradient(layer)


@settings(max_examples=10, deadline=None)
@given(normalized_layers(between="tanh"))
def test_fixed_arguments_are_not_drawn(layer):
    assert layer.between == "tanh"
    assert eval(repr(layer)) == layer
