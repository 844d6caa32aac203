"""A training's time is its steps times the time of one of them."""

import numpy as np

from refute.lab.bench import training_time
from refute.lab.bench.goals import Goal
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.training import Training
from refute.lab.bench.training_time import training
from refute.quantity import Replicates

SMALL = Network(hidden=(20,))


def test_a_training_is_its_median_number_of_steps(monkeypatch):
    monkeypatch.setattr(training_time, "REPLICATES", Replicates(0, 4))
    found = training(SMALL, [SGD(lr=0.01), SGD(lr=0.1)], steps=220)
    arrivals = [
        Training(network=SMALL, optimizer=SGD(lr=lr), steps=220, goal=Goal(0.3))
        .run(Replicates(0, 4))
        .samples["arrival"]
        .lower
        for lr in (0.01, 0.1)
    ]
    assert found.times == min(np.median(each) for each in arrivals)
    assert found.name == (
        f"training of 61-20-10 ReLU network to loss 0.3 ({found.times:.0f} steps)"
    )
    found.run()


def test_a_network_that_does_not_arrive_counts_with_its_budget(monkeypatch):
    monkeypatch.setattr(training_time, "REPLICATES", Replicates(0, 4))
    assert training(SMALL, [SGD(lr=1e-9)], steps=4).times == 4
