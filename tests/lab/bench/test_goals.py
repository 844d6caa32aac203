"""A goal is one that a training may or may not reach."""

from __future__ import annotations

from math import inf, nan

import pytest

from refute.lab.bench.quantities import steps_to_accuracy, steps_to_loss


@pytest.mark.parametrize("loss", [0, -1.0, nan, inf, "0.3", True])
def test_a_loss_that_is_no_goal_is_refused_before_anything_is_trained(loss):
    with pytest.raises(ValueError, match=r"Goal\(value=.*\): give a number, above 0"):
        steps_to_loss(loss)


@pytest.mark.parametrize("accuracy", [0, 1, 90, nan, "0.9"])
def test_an_accuracy_that_is_no_goal_is_refused_before_anything_is_trained(accuracy):
    with pytest.raises(ValueError, match=r"Goal\(value=.*\): give a (number|test acc)"):
        steps_to_accuracy(accuracy)
