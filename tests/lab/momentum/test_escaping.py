"""SGD leaves a local minimum if physics says so, and only then."""

from __future__ import annotations

import numpy as np

from refute.experiment import Replicates
from refute.lab.momentum.escaping import CAP, Escaping, steps_to_escape

REPLICATES = Replicates(0, 6)


def test_a_run_without_momentum_rolls_to_the_next_minimum_and_stays() -> None:
    steps = Escaping(0.0, "its wall").run(REPLICATES).samples["steps"]
    assert (steps.lower == CAP).all()
    assert np.isinf(steps.upper).all()


def test_a_run_with_hardly_any_friction_crosses_the_barrier_in_its_first_swing() -> None:
    steps = Escaping(0.99999, "its wall").run(REPLICATES).samples["steps"]
    np.testing.assert_array_equal(steps.lower, steps.upper)
    assert (steps.lower < 100).all()


def test_a_replicate_is_the_same_in_any_chunk() -> None:
    experiment = Escaping(0.99, "its bottom")
    together = experiment.run(REPLICATES).samples["steps"].lower
    later = experiment.run(Replicates(4, 2)).samples["steps"].lower
    np.testing.assert_array_equal(together[4:], later)
    assert (together > 1).all()


def test_the_quantity_names_itself() -> None:
    assert steps_to_escape(momentum=0.9, released="its bottom").name == (
        "steps to leave a local minimum from its bottom by gradient noise with momentum 0.9"
    )


def test_the_share_that_leaves_counts_the_runs_that_arrive() -> None:
    samples = Escaping(0.9, "its wall").run(Replicates(0, 32)).samples
    np.testing.assert_array_equal(samples["left"].lower, samples["steps"].lower < CAP)
    assert 0 < samples["left"].lower.sum() < 32


def test_a_run_that_came_to_rest_would_never_leave(monkeypatch) -> None:
    experiment = Escaping(0.9, "its wall")
    early = experiment.run(REPLICATES).samples["steps"]
    monkeypatch.setattr(Escaping, "_at_rest", lambda *_: False)
    late = experiment.run(REPLICATES).samples["steps"]
    np.testing.assert_array_equal(early.lower, late.lower)
    np.testing.assert_array_equal(early.upper, late.upper)
