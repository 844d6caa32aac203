"""The effect of each treatment on the weights of a network, and its reversal."""

from __future__ import annotations

import pytest
import torch

from refute.experiment import Replicates
from refute.lab.bench.networks import Network
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.training import Training
from refute.lab.sparsity.treatments import (
    HalfTheUnits,
    Pruned,
    Rounded,
    weakest_half,
    weights_restored,
)

REPLICATES = Replicates(0, 2)


@pytest.fixture
def run() -> TrainedStack:
    with torch.no_grad():
        return Training(Network(hidden=(20, 10)), steps=20).train(REPLICATES)


@pytest.mark.parametrize(("bits", "levels"), [(8, 127), (4, 7), (2, 1)])
def test_rounding_leaves_multiples_of_a_step(run: TrainedStack, bits: int, levels: int) -> None:
    before = run.net.weights[0].detach().clone()
    with torch.no_grad():
        Rounded(bits).apply(run, REPLICATES)
    after = run.net.weights[0].detach()
    step = before.abs().amax(1, keepdim=True) / levels
    multiples = after / step
    torch.testing.assert_close(multiples, multiples.round(), atol=1e-4, rtol=0)
    assert int(multiples.abs().max().round()) == levels
    assert bool(((after - before).abs() <= step / 2 * 1.001).all())


def test_the_largest_weights_are_zeroed(run: TrainedStack) -> None:
    before = run.net.weights[0].detach().abs().clone()
    with torch.no_grad():
        Pruned("largest").apply(run, REPLICATES)
    zero = run.net.weights[0].detach() == 0
    assert float(before[0][zero[0]].min()) > float(before[0][~zero[0]].max())
    assert float(zero.float().mean()) == pytest.approx(0.8, abs=0.001)


def test_the_least_important_weights_do_less_harm_than_the_largest(run: TrainedStack) -> None:
    losses = {}
    with torch.no_grad():
        for treatment in (Pruned("least important"), Pruned("largest")):
            with weights_restored(run.net):
                treatment.apply(run, REPLICATES)
                losses[treatment.which] = run.loss()
    assert (losses["least important"] < losses["largest"]).all()


def test_the_weakest_half_of_the_units_is_silent(run: TrainedStack) -> None:
    strength = run.net.weights[0].detach().square().sum(1)
    off = weakest_half(run.net)[0]
    assert off.sum(1).tolist() == [10, 10]
    assert float(strength[0][off[0]].max()) < float(strength[0][~off[0]].min())
    with torch.no_grad():
        HalfTheUnits().apply(run, REPLICATES)
    assert bool((run.net.weights[0][0][:, off[0]] == 0).all())
    assert bool((run.net.weights[1][0][off[0]] == 0).all())


def test_weights_are_restored(run: TrainedStack) -> None:
    before = [weight.detach().clone() for weight in run.net.weights]
    with torch.no_grad(), weights_restored(run.net):
        Rounded(2).apply(run, REPLICATES)
    assert all(torch.equal(a, b) for a, b in zip(before, run.net.weights, strict=True))
