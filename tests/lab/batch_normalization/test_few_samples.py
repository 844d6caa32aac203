"""Minibatches of few samples: torch's layers against the formula, and what torch refuses."""

import pytest
import torch

from refute.lab.batch_normalization.few_samples import FewSamples, told_apart


@pytest.mark.parametrize("given", [FewSamples(5, 3, None, 1), FewSamples(1, 3, 4, 1)])
def test_torch_computes_the_formula_in_training(given):
    for by_torch, by_formula in zip(given.by_torch(training=True), given.by_formula(), strict=True):
        torch.testing.assert_close(by_torch, by_formula)


@pytest.mark.parametrize("side", [None, 1])
def test_torch_refuses_one_number_per_feature_in_training(side):
    with pytest.raises(ValueError, match="more than 1 value"):
        FewSamples(1, 3, side, 1).by_torch(training=True)


def test_the_formula_gives_one_sample_no_output_but_zero():
    first, second = FewSamples(1, 3, None, 1).by_formula()
    assert not first.any()
    assert not told_apart((first, second))


def test_predictions_hand_on_the_input_until_something_was_seen():
    given = FewSamples(1, 3, None, 1)
    first, _ = given.by_torch(training=False)
    torch.testing.assert_close(first, given._minibatches()[0] / (1 + 1e-5) ** 0.5)
    assert told_apart(given.by_torch(training=False))


def test_the_minibatches_are_said_with_the_layer():
    assert FewSamples(1, 3, None, seed=0).said == "1 sample of 3 units"
    assert FewSamples(2, 1, 4, seed=0).said == "2 samples of 1 channel of 4 × 4"
