"""Gradients of single runs: at the start as in the lab's other experiment, and later."""

import pytest

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.bench.networks import Network
from refute.lab.initialization.during_training import ScalesInTraining
from refute.lab.initialization.returning import LOOK, STEPS, WATCHED, Run, keeps_gradients

RUN = Run(rate=0.01, seed=3)


def test_the_first_look_agrees_with_the_other_experiment():
    network = Network(hidden=(50,) * 10)
    other = ScalesInTraining(network, data=Digits(), steps=1).run(Replicates(0, 1, RUN.seed))
    assert WATCHED == 100
    instability = next(RUN.instabilities())
    assert other.samples["instability at the beginning"].lower[0] == pytest.approx(
        instability, rel=1e-3
    )


def test_looks_are_taken_to_the_end():
    assert len(list(RUN.instabilities())) == STEPS // LOOK + 1


def test_a_learning_rate_of_zero_changes_nothing():
    first, *later = Run(rate=0.0, seed=3).instabilities()
    assert later == pytest.approx([first] * len(later))


def test_only_a_rate_that_is_too_high_separates_the_gradients():
    assert keeps_gradients(RUN, trained=True)
    assert keeps_gradients(Run(rate=1.0, seed=3), trained=False)
    assert not keeps_gradients(Run(rate=1.0, seed=3), trained=True)
