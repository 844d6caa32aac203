"""SGD is carried past the minimum of a bowl if theory says so."""

from __future__ import annotations

from math import sqrt

import pytest

from refute.lab.momentum.bowls import Bowl, carried_past_minimum


@pytest.mark.parametrize("momentum", [0.8, 0.9, 0.99])
def test_an_underdamped_run_is_carried_past_the_minimum(momentum: float) -> None:
    critical = (1 - sqrt(momentum)) ** 2
    assert carried_past_minimum(Bowl((20 * critical,), (1.0,)), momentum=momentum)
    assert not carried_past_minimum(Bowl((critical / 2,), (1.0,)), momentum=momentum)


def test_every_axis_must_pass_the_minimum() -> None:
    assert not carried_past_minimum(Bowl((0.5, 1e-4), (1.0, 1.0)), momentum=0.9)
