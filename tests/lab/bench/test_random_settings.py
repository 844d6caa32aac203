"""Settings drawn per replicate: the same in every arm, and each trained as it would be alone."""

import numpy as np
import pytest

from refute.experiment import Replicates
from refute.lab.bench import random_settings
from refute.lab.bench.goals import Goal
from refute.lab.bench.random_settings import (
    ADVISED_RATES,
    DrawnTraining,
    ReplicateSubset,
    steps_in_drawn_settings,
)

CHUNK = Replicates(8, 6, seed=3)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(random_settings, "GOALS", (2.0, 1.5))
    monkeypatch.setattr(random_settings, "CAP", 40)


def test_arms_share_everything_but_what_sets_them_apart():
    for k in CHUNK:
        training = DrawnTraining().training(CHUNK, k)
        dropped = DrawnTraining(ADVISED_RATES).training(CHUNK, k)
        slowed = DrawnTraining(pace=0.5).training(CHUNK, k)
        assert training.network.dropout == 0
        assert dropped.network.dropout in ADVISED_RATES
        assert training.network.hidden == dropped.network.hidden == slowed.network.hidden
        assert training.optimizer == dropped.optimizer
        assert slowed.optimizer.lr == training.optimizer.lr / 2


def test_every_depth_width_rate_and_optimizer_is_drawn_about_equally_often():
    many = Replicates(0, 600)
    drawn = [DrawnTraining(ADVISED_RATES).training(many, k) for k in many]
    for values in (
        [len(training.network.hidden) for training in drawn],
        [training.network.hidden[0] for training in drawn],
        [training.network.dropout for training in drawn],
        [type(training.optimizer).__name__ for training in drawn],
    ):
        _, counts = np.unique(values, return_counts=True)
        expected = len(drawn) / len(counts)
        assert (np.abs(counts - expected) < 5 * expected**0.5).all()


def test_a_replicate_takes_the_steps_that_it_takes_alone(quick):
    experiment = DrawnTraining(ADVISED_RATES)
    together = experiment.run(CHUNK)
    for at, k in enumerate(CHUNK):
        alone = Replicates(k, 1, CHUNK.seed)
        run = experiment.training(alone, k).train(alone)
        for goal in (2.0, 1.5):
            steps = together.samples[f"steps to {goal:g}"]
            assert steps.lower[at] == pytest.approx(run.arrival(goal=Goal(goal)).lower[0], 1e-3)


def test_a_run_that_does_not_arrive_is_known_only_from_below(monkeypatch):
    monkeypatch.setattr(random_settings, "GOALS", (2.0, 1e-9))
    monkeypatch.setattr(random_settings, "CAP", 3)
    steps = DrawnTraining().run(Replicates(0, 2)).samples["steps to 1e-09"]
    assert steps.lower.tolist() == [3, 3]
    assert np.isinf(steps.upper).all()


def test_some_replicates_keep_their_random_numbers():
    some = ReplicateSubset.of(CHUNK, [9, 12])
    assert list(some) == [9, 12]
    assert len(some) == 2
    assert some.generator(12, "data").random() == CHUNK.generator(12, "data").random()


def test_quantities_name_themselves():
    assert steps_in_drawn_settings(0.1).name == (
        "steps to training loss 0.1 without dropout, in settings drawn at random,"
    )
    assert "with dropout of 0.2 or 0.5," in steps_in_drawn_settings(0.1, rates=(0.2, 0.5)).name
    assert "at 0.5 times the learning rate" in steps_in_drawn_settings(0.1, pace=0.5).name


def test_what_each_replicate_drew_is_left_to_plot(quick):
    series = {
        recorded.name: recorded for recorded in DrawnTraining(ADVISED_RATES).run(CHUNK).series
    }
    settings = [DrawnTraining(ADVISED_RATES).training(CHUNK, k) for k in CHUNK]

    assert list(series) == ["hidden layers", "units a layer", "optimizer", "dropout rate"]
    assert series["dropout rate"].values[:, 0].tolist() == [
        training.network.dropout for training in settings
    ]
    layers = [len(training.network.hidden) for training in settings]
    assert series["hidden layers"].values[:, 0].tolist() == layers
    optimizers = series["optimizer"]
    names = [optimizers.labels[int(index)] for index in optimizers.values[:, 0]]
    assert names == [type(training.optimizer).__name__ for training in settings]


def test_what_all_replicates_have_in_common_was_not_drawn(quick):
    assert "dropout rate" not in {recorded.name for recorded in DrawnTraining().run(CHUNK).series}


def test_replicates_are_grouped_by_what_they_drew():
    groups = list(random_settings.alike(Replicates(4, 3, seed=2), ["a", "b", "a"]))
    assert [(drawn, list(own), places.tolist()) for drawn, own, places in groups] == [
        ("a", [4, 6], [0, 2]), ("b", [5], [1]),
    ]  # fmt: skip
    assert all(own.seed == 2 for _, own, _ in groups)
