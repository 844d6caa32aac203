"""The spread of passes, and what it tells."""

import numpy as np
import pytest
import torch

from refute.lab.monte_carlo.spread import (
    mistakes_told,
    noise_images,
    outranks,
    spread,
    strangers_told,
)


def test_spread_is_the_standard_deviation_over_passes_averaged_over_classes():
    passes = torch.tensor([[0.5, 0.5], [0.9, 0.1]]).view(2, 1, 1, 2)
    assert spread(passes).tolist() == [[pytest.approx(0.2)]]


def test_pairs_are_counted_and_ties_count_half():
    assert outranks(torch.tensor([3.0, 1.0]), torch.tensor([0.0, 2.0])) == 0.75
    assert outranks(torch.tensor([1.0]), torch.tensor([1.0])) == 0.5


def test_mistakes_are_told_where_there_are_any():
    spreads = torch.tensor([[0.3, 0.1, 0.2], [0.3, 0.1, 0.2], [0.3, 0.1, 0.2]])
    wrong = torch.tensor([[True, False, False], [False, False, False], [False, True, False]])
    told = mistakes_told(spreads, wrong)
    assert told.lower.tolist() == [1, 0, 0]
    assert told.upper.tolist() == [1, 1, 0]


def test_strangers_are_told_replicate_by_replicate():
    told = strangers_told(torch.tensor([[2.0, 3.0], [0.0, 0.0]]), torch.tensor([[1.0], [1.0]]))
    assert told.lower.tolist() == [1, 0]


def test_noise_is_standard_normal_and_each_replicates_own():
    noise = noise_images(torch.Size((2, 400, 60)), [np.random.default_rng(k) for k in (0, 1)])
    assert noise.shape == (2, 400, 60)
    assert noise.std().item() == pytest.approx(1, abs=0.01)
    assert not torch.equal(noise[0], noise[1])
