"""Gradients of single runs: at the start as in the lab's other experiment, and later."""

import pytest

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.bench.networks import Network
from refute.lab.bench.training import USUAL_STEPS
from refute.lab.initialization.during_training import ScalesInTraining
from refute.lab.initialization.returning import LOOK, WATCHED, DeepTraining, keeps_gradients

RUN = DeepTraining(rate=0.001, seed=3)


def test_the_first_look_agrees_with_the_other_experiment():
    network = Network(hidden=(50,) * 20)
    other = ScalesInTraining(network, data=Digits(), steps=1).run(Replicates(0, 1, RUN.seed))
    assert WATCHED == 100
    instability, accuracy = next(RUN.looks())
    assert other.samples["instability at the beginning"].lower[0] == pytest.approx(
        instability, rel=1e-3
    )
    assert accuracy < 0.3


def test_looks_are_taken_to_the_end():
    *_, (_, accuracy) = looks = list(RUN.looks())
    assert len(looks) == USUAL_STEPS // LOOK + 1
    assert accuracy > 0.5


def test_a_learning_rate_of_zero_changes_nothing():
    first, *later = [instability for instability, _ in DeepTraining(rate=0.0, seed=3).looks()]
    assert later == pytest.approx([first] * len(later))


@pytest.mark.parametrize(
    ("instabilities", "accuracy", "kept"),
    [((2, 9), 0.9, True), ((2, 11), 0.9, False), ((2, 11), 0.4, True)],
)
def test_gradients_that_part_count_only_if_the_network_learns(
    monkeypatch, instabilities, accuracy, kept
):
    looks = [(instability, accuracy) for instability in instabilities]
    monkeypatch.setattr(DeepTraining, "looks", lambda run: iter(looks))
    assert keeps_gradients(RUN, trained=True) == kept
    assert keeps_gradients(RUN, trained=False)
