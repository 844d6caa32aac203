"""The counterexample is marked on the function's curve."""

import pytest

from refute.ledger import ReadingRecord, SeriesRecord
from refute.report.charts.figure import Figure
from refute.report.charts.function import functions
from tests.make import reading, searched
from tests.report.charts.drawing import corners, line, paths, spots


def found(*series: SeriesRecord, role: str = "reading", name: str = "any number") -> ReadingRecord:
    evidence = searched("fails", counterexample="number=…", series=list(series))
    return reading(name, "fails", evidence, role=role)


def curve(y: list[float], x: list[float], marks: list[list[float]], **more: object) -> SeriesRecord:
    labels = {"name": "ReLU", "x_label": "input (float32)", "y_label": "output"} | more
    return line(y, x=x, kind="function", marks=marks, **labels)


RELU = curve([0.0, 0.0, 3.0], [-3.0, 0.0, 3.0], [[-1.5, 0.0]])


def only_figure(*readings: ReadingRecord) -> Figure:
    (figure,) = functions(list(readings), "f")
    return figure


def test_the_mark_lies_on_the_curve_where_the_counterexample_is() -> None:
    figure = only_figure(found(RELU))
    points = corners(paths(figure.svg, "line")[0])
    assert [x for x, _ in points] == [0, 500, 1000]
    ((x, y),) = spots(paths(figure.svg, "mark")[0])
    assert (x, y) == (250, points[0][1])
    assert figure.caption == "The counterexample: ReLU is 0 at −1.5."


def test_a_value_of_zero_stands_at_the_bottom_of_a_logarithmic_axis_where_the_curve_has_ended() -> (
    None
):
    softplus = curve([0.0, 1e-40, 1e-20, 1.0], [-3, -2, -1, 0], [[-3.0, 0.0]], log_y=True)
    figure = only_figure(found(softplus))
    assert spots(paths(figure.svg, "mark")[0]) == [(0, 128)]
    assert corners(paths(figure.svg, "line")[0])[0][0] == 333
    assert "a mark at the bottom of the logarithmic axis is 0" in figure.caption


def test_a_curve_ends_where_its_logarithmic_axis_does() -> None:
    """Numbers of a double go on below what an axis can show."""
    tiny = curve([0.0, 1e-310, 1e-290, 1.0], [-3, -2, -1, 0], [[-3.0, 0.0]], log_y=True)
    assert corners(paths(only_figure(found(tiny)).svg, "line")[0])[0][0] == 667


def test_a_curve_is_broken_where_it_has_no_finite_value() -> None:
    broken = curve([1, 2, "inf", 2, 1], [0, 1, 2, 3, 4], [[0, 1]])  # type: ignore[list-item] # as in a ledger
    assert len(paths(only_figure(found(broken)).svg, "line")) == 2


def test_the_same_curve_of_two_readings_is_drawn_once() -> None:
    assert only_figure(found(RELU, name="a"), found(RELU, name="b")).readings == ("a", "b")


@pytest.mark.parametrize(
    "left",
    [
        found(RELU, role="control"),
        found(),
        found(curve([0, 1], [0, 1], [])),
        found(curve([0, 1], [0, 1], [[0.5]])),
        found(curve([0], [0], [[0, 0]])),
        reading("none", "holds", None),
    ],
)
def test_controls_and_curves_without_a_point_are_not_drawn(left: ReadingRecord) -> None:
    assert functions([left], "f") == []
