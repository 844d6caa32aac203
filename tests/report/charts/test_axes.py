"""Axes label round numbers at their places."""

from xml.etree.ElementTree import Element

import pytest

from refute.report.charts.axes import Tick, numbers_below, strokes_below, tick_label, ticks
from refute.report.charts.svg import markup
from refute.report.scales import Scale
from tests.report.parsed import Page


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.0, 150_000.0, ["0", "50000", "100000", "150000"]),
        (0.0, 1.5e6, ["0", "500000", "10⁶", "1.5·10⁶"]),
        (-1e-4, 2e-4, ["−10⁻⁴", "0", "10⁻⁴", "2·10⁻⁴"]),
    ],
)
def test_tick_labels_are_exact(low: float, high: float, labels: list[str]) -> None:
    assert [tick.label for tick in ticks(Scale(low, high), most=4)] == labels


def test_shares_are_labelled_in_percentage_points_at_the_same_places() -> None:
    scale = Scale(-0.021, 0.07)
    points = ticks(scale, in_points=True)
    assert [tick.label for tick in points] == ["−2", "0", "2", "4", "6"]
    assert [tick.at for tick in points] == [tick.at for tick in ticks(scale)]


@pytest.mark.parametrize(("x", "label"), [(-1.0, "−1"), (0.001, "0.001"), (2.5e6, "2.5·10⁶")])
def test_a_number_is_written_as_briefly_as_possible(x: float, label: str) -> None:
    assert tick_label(x) == label


def test_strokes_stand_where_the_numbers_do_and_numbers_stay_inside() -> None:
    marked = (Tick(0.0, "0"), Tick(25.0, "1"), Tick(100.0, "4"))
    assert strokes_below(marked, 20) == "M0 20h1000M0 20v5M250 20v5M1000 20v5"
    root = Element("svg")
    numbers_below(root, marked, 20)
    (words,) = Page(markup(root)).root.children[0].children
    found = [
        (word.text, word.attributes["x"], word.attributes.get("class")) for word in words.children
    ]
    assert found == [("0", "0%", "start"), ("1", "25%", None), ("4", "100%", "end")]
