"""Random shifts after batch normalization."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.batch_normalization.shifts import ShiftedTraining, Shifting, steps_in_shifts
from refute.lab.bench.networks import Network
from refute.lab.bench.stack.normalization import BatchNorm
from refute.lab.bench.training import Training

REPLICATES = Replicates(0, 2, seed=1)
NORMALIZED = Network(hidden=(20, 20), normalization="batch")


def generators():
    return [np.random.default_rng(seed) for seed in (3, 4)]


def test_a_shift_multiplies_and_adds_within_its_size_and_changes_every_step():
    z = torch.randn(2, 5, 8)
    shifting = Shifting(None, 5, 0.5, generators())
    first = shifting.normalize(z.clone())
    factor = (first[:, :, 1:] - first[:, :, :1]) / (z[:, :, 1:] - z[:, :, :1])
    assert factor.std(2).max() < 1e-3
    assert ((factor > 0.5) & (factor < 1.5)).all()
    added = first - factor.mean(2, keepdim=True) * z
    assert added.abs().max() < 0.501
    assert added[:, :, 0].std() > 0.1
    again = shifting.normalize(z.clone())
    assert (again - first).abs().max() > 0.1


def test_gradient_agrees_with_autograd():
    torch.manual_seed(0)
    z = torch.randn(2, 5, 8, dtype=torch.float64)
    arrived = torch.randn(2, 5, 8, dtype=torch.float64)
    norm = BatchNorm(2, 5).double()
    for parameter in norm.parameters():
        parameter.grad = torch.zeros_like(parameter)
    shifting = Shifting(norm, 5, 0.5, generators())
    with torch.no_grad():
        out = shifting.normalize(z).clone()
        gradient = shifting.backward(arrived.clone()).clone()
    leaf = z.clone().requires_grad_()
    drawn = np.stack([own.uniform(-1, 1, (2, 5, 1)) for own in generators()])
    numbers = torch.from_numpy(0.5 * drawn)
    expected = norm(leaf, training=True) * (1 + numbers[:, 0]) + numbers[:, 1]
    torch.testing.assert_close(out, expected.detach())
    (right,) = torch.autograd.grad(expected, leaf, arrived)
    torch.testing.assert_close(gradient, right)


@pytest.mark.parametrize("network", [NORMALIZED, replace(NORMALIZED, normalization=None)])
def test_a_shift_of_size_0_trains_as_usual(network):
    shifted = ShiftedTraining(network, steps=20, shift=0.0).train(REPLICATES)
    plain = Training(network, steps=20).train(REPLICATES)
    torch.testing.assert_close(shifted.net.weights[0], plain.net.weights[0])
    assert shifted.losses == pytest.approx(plain.losses, rel=1e-5)


def test_shifts_change_training_and_differ_between_replicates():
    run = ShiftedTraining(NORMALIZED, steps=20, shift=0.5).train(REPLICATES)
    plain = Training(NORMALIZED, steps=20).train(REPLICATES)
    assert not torch.allclose(run.net.weights[0], plain.net.weights[0])
    alone = ShiftedTraining(NORMALIZED, steps=20, shift=0.5).train(Replicates(1, 1, seed=1))
    torch.testing.assert_close(run.net.weights[0][1:], alone.net.weights[0])


def test_the_name_says_what_shifts():
    quantity = steps_in_shifts(NORMALIZED, shift=0.5, steps=60)
    assert "batch normalization and random shifts of 0.5" in quantity.name
