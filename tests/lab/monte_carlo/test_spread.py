"""The spread of passes, and what it detects."""

import pytest
import torch

from refute.lab.monte_carlo.spread import (
    area_under_curve,
    auc_of_mistakes,
    auc_of_unfamiliar,
    spread,
)


def test_spread_is_the_standard_deviation_over_passes_averaged_over_classes():
    passes = torch.tensor([[0.5, 0.5], [0.9, 0.1]]).view(2, 1, 1, 2)
    assert spread(passes).tolist() == [[pytest.approx(0.2)]]


def test_pairs_are_counted_and_ties_count_half():
    assert area_under_curve(torch.tensor([3.0, 1.0]), torch.tensor([0.0, 2.0])) == 0.75
    assert area_under_curve(torch.tensor([1.0]), torch.tensor([1.0])) == 0.5


def test_mistakes_are_detected_where_there_are_any():
    spreads = torch.tensor([[0.3, 0.1, 0.2], [0.3, 0.1, 0.2], [0.3, 0.1, 0.2]])
    wrong = torch.tensor([[True, False, False], [False, False, False], [False, True, False]])
    auc = auc_of_mistakes(spreads, wrong)
    assert auc.lower.tolist() == [1, 0, 0]
    assert auc.upper.tolist() == [1, 1, 0]


def test_unfamiliar_inputs_are_detected_in_each_replicate():
    auc = auc_of_unfamiliar(torch.tensor([[2.0, 3.0], [0.0, 0.0]]), torch.tensor([[1.0], [1.0]]))
    assert auc.lower.tolist() == [1, 0]
