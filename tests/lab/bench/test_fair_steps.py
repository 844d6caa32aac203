"""Arms that share their settings, and the steps of each at the rate that takes fewest."""

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.bench import fair_steps as module
from refute.lab.bench.fair_accuracy import Population
from refute.lab.bench.fair_steps import FairSteps, fair_steps, step_in_fair_settings
from refute.lab.bench.goals import Goal
from refute.lab.bench.initializers import LECUN_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.stack.network import stack
from refute.lab.bench.training import Training

CHUNK = Replicates(4, 4, seed=2)
SMALL = Population(("spirals",), depths=(1, 2), widths=(8,))
SELU = Network(activation="selu", weights=LECUN_NORMAL)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(module, "GOAL", Goal(1.0))
    monkeypatch.setattr(module, "CAP", 60)


def test_every_arm_draws_the_same_settings():
    for k in CHUNK:
        relu, selu = (FairSteps(network).training(CHUNK, k) for network in (Network(), SELU))
        assert (relu.data, relu.optimizer) == (selu.data, selu.optimizer)
        assert relu.network.hidden == selu.network.hidden
        assert selu.network.activation == "selu"


def test_both_optimizers_are_drawn_about_equally_often():
    many = Replicates(0, 400)
    drawn = [type(FairSteps().training(many, k).optimizer) for k in many]
    assert abs(drawn.count(Adam) - 200) < 50
    assert drawn.count(SGD) + drawn.count(Adam) == 400


def test_steps_are_those_of_the_rate_that_takes_fewest(quick):
    found = FairSteps(Network(), SMALL).run(CHUNK).samples["steps"]
    for at, k in enumerate(CHUNK):
        alone = Replicates(k, 1, seed=2)
        usual = FairSteps(Network(), SMALL).training(alone, k)
        fewest = min(at_rate(usual, factor, alone) for factor in module.RATE_FACTORS)
        assert found.upper[at] == pytest.approx(fewest, rel=1e-3)


def at_rate(usual: Training, factor: float, alone: Replicates) -> float:
    """Steps at a multiple of the usual learning rate, trained alone."""
    optimizer = type(usual.optimizer)(lr=usual.optimizer.lr * factor)
    training = Training(usual.network, usual.data, optimizer, steps=module.CAP, goal=module.GOAL)
    return float(training.run(alone).samples["arrival"].upper[0])


def test_what_does_not_arrive_at_any_rate_is_known_only_from_below(monkeypatch, quick):
    monkeypatch.setattr(module, "GOAL", Goal(1e-9))
    steps = FairSteps(Network(), SMALL).run(CHUNK).samples["steps"]
    assert steps.lower.tolist() == [60] * 4
    assert np.isinf(steps.upper).all()


def test_what_each_replicate_drew_is_left_to_plot(quick):
    series = {recorded.name: recorded for recorded in FairSteps(Network(), SMALL).run(CHUNK).series}
    assert list(series) == ["task", "hidden layers", "units a layer", "optimizer"]
    names = [series["optimizer"].labels[int(at)] for at in series["optimizer"].values[:, 0]]
    drawn = [FairSteps(Network(), SMALL).training(CHUNK, k).optimizer for k in CHUNK]
    assert names == [type(optimizer).__name__ for optimizer in drawn]


def test_arms_name_themselves():
    assert fair_steps(activation="selu").name == (
        "steps to training loss 0.3 with SELU, in settings drawn at random, "
        "each at its best learning rate,"
    )
    assert step_in_fair_settings().name == (
        "training step with ReLU, in settings drawn at random, each at its best learning rate"
    )


def test_each_row_takes_a_step_of_its_own_length():
    net = stack(Network(inputs=3, hidden=(4,), outputs=2), Replicates(0, 2))
    factors = torch.tensor([1.0, 30.0])
    scaling = module._StepScaling(net, factors)
    for _ in range(3):
        starts = [parameter.detach().clone() for parameter in net.parameters()]
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.add_(parameter.sin() + 1)
            stepped = [parameter.detach().clone() for parameter in net.parameters()]
            scaling.scale()
        for parameter, start, end in zip(net.parameters(), starts, stepped, strict=True):
            rows = factors.view(-1, *[1] * (parameter.dim() - 1))
            assert torch.equal(parameter, torch.lerp(start, end, rows))
