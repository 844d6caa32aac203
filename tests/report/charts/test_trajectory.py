"""A trajectory's crossings of its minimum are marked."""

import math

import pytest

from refute.ledger import SeriesRecord
from refute.report.charts.arms import bundles
from refute.report.charts.figure import Figure
from refute.report.charts.trajectory import crossings, trajectory
from tests.report.charts.drawing import corners, left, line, paths, spots


def way(y: list[float], **more: object) -> SeriesRecord:
    labels = {"y_label": "position", "name": "flattest axis"} | more
    return line(y, kind="trajectory", **labels)


def drawn(*arms: SeriesRecord) -> Figure:
    (bundle,) = bundles([left("a reading", *arms)])
    return trajectory(bundle, "f1")


@pytest.mark.parametrize(
    ("y", "found"),
    [
        ([1.0, -1.0], [0.5]),
        ([1.0, -3.0, 1.0], [0.25, 1.75]),
        ([1.0, 0.0, -1.0], [1.0]),
        ([1.0, 0.0, 1.0], []),
        ([1.0, 0.5, 0.25], []),
        ([0.0, 0.0], []),
    ],
)
def test_crossings_lie_where_the_line_passes_zero(y: list[float], found: list[float]) -> None:
    assert crossings(way(y)) == pytest.approx(found)


def test_a_swing_crosses_once_each_half_period() -> None:
    swing = way([math.cos(math.pi * at / 24) for at in range(24 * 6 + 1)])
    assert crossings(swing) == pytest.approx([12 + 24 * half for half in range(6)])


def test_the_minimum_is_a_line_and_each_crossing_a_dot_on_it() -> None:
    figure = drawn(way([1.0, -3.0, 1.0]))
    (minimum,) = paths(figure.svg, "edge")
    y = int(minimum.removeprefix("M0 ").split("h")[0])
    assert spots(paths(figure.svg, "mark")[0]) == [(125, y), (875, y)]
    top, bottom, end = (at for _, at in corners(paths(figure.svg, "line")[0]))
    assert top == end < y < bottom


def test_the_caption_counts_the_passes_of_each_arm() -> None:
    figure = drawn(way([1.0, -1.0, 1.0], arm="with momentum"), way([1.0, 0.9, 0.8], arm="without"))
    assert figure.caption == (
        "Flattest axis: in the first 2 steps the minimum, the line at 0, is passed "
        "2 times with momentum, never (without)."
    )


def test_a_trajectory_that_diverges_breaks_nothing() -> None:
    figure = drawn(way([1.0, "inf", "-inf", 1e300]))  # type: ignore[list-item] # as in a ledger
    assert "nan" not in figure.svg
