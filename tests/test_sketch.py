"""A check may sketch its example, which is drawn only if sketches are collected."""

import numpy as np
import pytest

from refute.experiment import Series
from refute.sketch import sketch, sketches

LINE = Series("line", "function", "x", "y", np.array([0.0, 1.0]), np.array([[0.0, 1.0]]))


def test_nothing_is_drawn_unless_sketches_are_collected() -> None:
    drawn: list[Series] = []

    def draw() -> Series:
        drawn.append(LINE)
        return LINE

    sketch(draw)
    assert not drawn


def test_what_is_sketched_inside_is_collected_in_order_and_nothing_after() -> None:
    with sketches() as book:
        sketch(lambda: LINE)
    sketch(lambda: pytest.fail("drawn for nobody"))
    assert book == [LINE]


def test_a_sketchbook_is_closed_when_the_check_fails() -> None:
    def fails() -> None:
        with sketches():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    sketch(lambda: pytest.fail("drawn for nobody"))
