"""How long SGD continues after the slope has reversed, against its formula."""

from __future__ import annotations

from math import floor, log

import pytest

from refute.lab.momentum.turning import Turn


@pytest.mark.parametrize("momentum", [0.3, 0.9, 0.99, 0.99999])
@pytest.mark.parametrize("slope", [-3.0, 0.01])
def test_it_continues_until_the_new_gradients_outweigh_the_old(
    momentum: float, slope: float
) -> None:
    turn = Turn(slope, steps=60, learning_rate=0.1)
    expected = floor(log(2 - momentum**60) / -log(momentum))
    assert turn.steps_in_the_old_direction(momentum=momentum, at_most=1000) == expected


def test_without_momentum_it_turns_at_once() -> None:
    assert Turn(1.0, 60, 0.1).steps_in_the_old_direction(momentum=0.0, at_most=1000) == 0


def test_counting_stops() -> None:
    assert Turn(1.0, 60, 0.1).steps_in_the_old_direction(momentum=0.99999, at_most=7) == 7
