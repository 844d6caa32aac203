"""Both formulations of dropout keep the expected activation; they differ in when they scale."""

import pytest
import torch
from torch import nn

from refute.lab.bench.initializers import Normal
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork, torch_seeded
from refute.lab.dropout.formulations import (
    DividedByTheRate,
    FirstPublished,
    ScaledByTheRate,
    predicts_with_scaled_weights,
    training_scales_what_is_kept,
)

SPEC = SmallNetwork(Network(5, (16, 17), 3, biases=Normal(0.1), dropout=0.2), seed=2)


@pytest.mark.parametrize("kind", [FirstPublished, nn.Dropout])
def test_expected_outputs_are_the_same_in_training_and_in_predictions(kind):
    dropout, activations = kind(0.2), torch.ones(100_000)
    with torch_seeded(0):
        training = dropout.train()(activations).mean().item()
    assert training == pytest.approx(dropout.eval()(activations).mean().item(), rel=0.01)


def test_the_factor_is_the_keep_probability_or_mistakenly_the_rate():
    ones = torch.ones(4)
    assert FirstPublished(0.2).eval()(ones).tolist() == pytest.approx([0.8] * 4)
    assert ScaledByTheRate(0.2).eval()(ones).tolist() == pytest.approx([0.2] * 4)
    assert set(FirstPublished(0.5).train()(torch.ones(200)).tolist()) == {0.0, 1.0}


def test_only_the_first_published_form_scales_weights_at_prediction():
    assert predicts_with_scaled_weights(SPEC, FirstPublished)
    assert not predicts_with_scaled_weights(SPEC, ScaledByTheRate)
    assert not predicts_with_scaled_weights(SPEC, nn.Dropout)


def test_only_torchs_form_scales_by_the_keep_probability_in_training():
    assert training_scales_what_is_kept(SPEC, nn.Dropout)
    assert not training_scales_what_is_kept(SPEC, FirstPublished)
    assert not training_scales_what_is_kept(SPEC, DividedByTheRate)
    assert set(DividedByTheRate(0.25).train()(torch.ones(200)).tolist()) == {0.0, 4.0}
    assert DividedByTheRate(0.25).eval()(torch.ones(2)).tolist() == [1.0, 1.0]
