"""What did not learn says nothing: anything between two bounds is possible of it."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from refute.lab.bench.learning import is_correct, learned, losses_of, partly_known


@pytest.mark.parametrize("dim", [-1, 1])
def test_the_largest_logit_is_the_answer_and_nan_is_none(dim):
    logits = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [float("nan"), 0.0], [0.0, float("nan")]]])
    labels = torch.tensor([[0, 0, 0, 1]])
    right = is_correct(logits if dim == -1 else logits.mT, labels, dim)
    assert right.tolist() == [[True, False, False, False]]


def test_a_loss_is_the_mean_over_the_samples_of_a_replicate():
    logits, labels = torch.randn(3, 5, 4), torch.randint(4, (3, 5))
    each = [functional.cross_entropy(*own) for own in zip(logits, labels, strict=True)]
    torch.testing.assert_close(losses_of(logits, labels), torch.stack(each))


def test_half_of_the_test_samples_are_enough():
    assert learned(np.array([179, 180, 360]), 360).tolist() == [False, True, True]


def test_a_value_is_kept_where_it_is_known_and_counts_stay_integers():
    sample = partly_known(np.array([True, False]), np.array([3, 4]), (0, 10), 10)
    assert (sample.lower.tolist(), sample.upper.tolist()) == ([3, 0], [3, 10])
    assert sample.integers


def test_what_is_no_number_may_be_unknown():
    sample = partly_known(np.array([True, False]), np.array([1.5, np.nan]), (0.0, np.inf))
    assert (sample.lower.tolist(), sample.upper.tolist()) == ([1.5, 0.0], [1.5, np.inf])
