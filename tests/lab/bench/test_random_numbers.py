"""Random tensors: the same for the same replicate or seed, whatever else is drawn."""

import pytest
import torch

from refute.experiment import Replicates
from refute.lab.bench.random_numbers import SeededNumbers, standard_normal


def test_numbers_of_replicates_are_standard_normal_and_their_own():
    numbers = standard_normal(Replicates(0, 2), "noise", (400, 60))
    assert numbers.shape == (2, 400, 60)
    assert numbers.dtype == torch.float32
    assert numbers.std().item() == pytest.approx(1, abs=0.01)
    assert not torch.equal(numbers[0], numbers[1])
    assert torch.equal(numbers[1:], standard_normal(Replicates(1, 1), "noise", (400, 60)))
    assert not torch.equal(numbers, standard_normal(Replicates(0, 2), "inputs", (400, 60)))


def test_a_seed_gives_the_same_numbers_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    first, second = SeededNumbers(3), SeededNumbers(3)
    assert torch.equal(first.normal(2, 5), second.normal(2, 5))
    assert torch.equal(first.uniform(4), second.uniform(4))
    assert not torch.equal(first.normal(4), SeededNumbers(4).normal(4))
    assert torch.equal(torch.get_rng_state(), before)


def test_numbers_have_the_format_that_is_asked_for():
    assert SeededNumbers(0).normal(2).dtype == torch.float64
    assert SeededNumbers(0, torch.float32).uniform(2).dtype == torch.float32
