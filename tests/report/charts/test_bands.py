"""Bands enclose their medians, on one scale for all arms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from refute.ledger import Number, SeriesRecord
from refute.report.charts.arms import bundles
from refute.report.charts.bands import MOST_POINTS, bands
from refute.report.charts.figure import Figure
from tests.make import series
from tests.report.charts.drawing import corners, left, line, parsed, paths


def drawn(*arms: SeriesRecord) -> Figure:
    (bundle,) = bundles([left("a reading", *arms)])
    return bands(bundle, "f1")


def test_a_curve_is_thinned_but_keeps_both_ends() -> None:
    (d,) = paths(drawn(series(points=200)).svg, "line")
    points = corners(d)
    assert 2 < len(points) <= MOST_POINTS
    assert (points[0][0], points[-1][0]) == (0, 1000)


def test_bands_enclose_the_median_the_lighter_one_the_darker() -> None:
    figure = drawn(series("layers", 5))
    (line_,), (inner,), (outer,) = (paths(figure.svg, css) for css in ("line", "inner", "outer"))
    middle = corners(line_)[0][1]
    assert corners(outer)[0][1] < corners(inner)[0][1] < middle  # the y axis of SVG points down
    assert middle < corners(inner)[-1][1] < corners(outer)[-1][1]
    assert figure.note == "Bands contain 50% and 80% of 32 replicates."


def test_bands_are_darker_for_the_inner_quantiles_in_any_order() -> None:
    ordered = series("layers", 5)
    order = [3, 0, 4, 2, 1]
    mixed = replace(
        ordered,
        levels=[ordered.levels[at] for at in order],
        quantiles=[ordered.quantiles[at] for at in order],
    )
    assert drawn(mixed).svg == drawn(ordered).svg


def test_the_median_stands_where_its_numbers_are_on_a_linear_axis() -> None:
    points = corners(paths(drawn(line([0.0, 50.0, 0.0], x=[0, 10, 40])).svg, "line")[0])
    assert [x for x, _ in points] == [0, 250, 1000]
    low, high, last = (y for _, y in points)
    assert low == last
    assert high < low


def test_arms_share_both_scales_and_differ_in_class() -> None:
    figure = drawn(line([4.0, 2.0], arm="with a"), line([4.0, 1.0], x=[0, 2], arm="with b"))
    first, second = (corners(d) for d in paths(figure.svg, "line") if "l" in d)
    assert first[0] == second[0]
    assert (first[-1][0], second[-1][0]) == (500, 1000)
    assert first[-1][1] < second[-1][1]
    assert parsed(figure.svg).all("path", class_="a1")
    assert parsed(figure.svg).all("path", class_="a2")


def test_lines_are_named_beside_them_or_in_rows_above() -> None:
    apart = drawn(line([4.0, 4.0], arm="with a"), line([1.0, 1.0], arm="with b"))
    assert [text.text for text in parsed(apart.svg).all("text", class_="name")] == [
        "with a",
        "with b",
    ]
    long = " has a name of which there is not a second"
    same = drawn(*(line([4.0, 4.0], arm=letter + long) for letter in "xyz"))
    texts = [text.text for text in parsed(same.svg).all("text")]
    assert texts[:3] == [letter + long for letter in "xyz"]
    assert not parsed(same.svg).all("text", class_="name")


def test_the_caption_says_how_many_times_as_many_steps_the_slower_arm_needs() -> None:
    figure = drawn(
        line([4.0, 2.0, 1.0], x=[0, 100, 200], arm="with dropout"),
        line([4.0, 1.0, 0.5], x=[0, 100, 200], arm="in the usual setting"),
    )
    assert figure.caption == (
        "Loss: the median reaches 1 after 200 steps with dropout, "
        "after 100 steps in the usual setting: 2 times as many."
    )


def test_arms_are_compared_at_the_end_if_one_does_not_reach_the_level() -> None:
    figure = drawn(
        line([4.0, 1.0, 9.0], x=[0, 100, 200], arm="with x"),
        line([4.0, 1.0, 0.5], x=[0, 100, 300], arm="with y"),
    )
    assert figure.caption == "Loss: the median is 9 with x, 1 with y after 200 steps."


def test_layers_go_from_the_first_to_the_last_on_a_logarithmic_axis() -> None:
    figure = drawn(line([1.0, 0.1, 0.01], x=[1, 2, 3], kind="layers", log_y=True, name="deviation"))
    assert figure.caption == (
        "Deviation (logarithmic axis): the median from the first layer to the last: 1 → 0.01."
    )
    assert len(corners(paths(figure.svg, "line")[0])) == 2  # a power is straight there


def test_a_loss_that_grew_beyond_all_numbers_leaves_the_plot_at_its_edge() -> None:
    figure = drawn(line([1.0, 2.0, 4.0, "inf"]))
    assert corners(paths(figure.svg, "line")[0])[-1] == (1000, 0)
    assert "∞" in figure.caption


def test_a_figure_is_described_by_its_caption_and_has_no_style() -> None:
    figure = drawn(series())
    root = parsed(figure.svg)
    assert root.attributes["aria-describedby"] == figure.id
    assert root.all("title")[0].text == "training loss by step"
    assert not [element for element in [root, *root.all()] if "style" in element.attributes]


@pytest.mark.parametrize("hostile", ["</svg><script>alert(1)</script>", "\0\u202e"])
def test_names_in_a_ledger_stay_text(hostile: str) -> None:
    arms = [line([4.0, y], arm=hostile + str(y), name=hostile, x_label=hostile) for y in (1, 2)]
    root = parsed(drawn(*arms).svg)
    assert {element.tag for element in root.all()} == {"svg", "title", "path", "text"}
    assert "\0" not in root.text


numbers = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["inf", "-inf"])


@given(
    st.lists(st.tuples(numbers, numbers), min_size=2, max_size=8),
    st.booleans(),
    st.sampled_from(["curve", "layers"]),
)
def test_whatever_numbers_a_ledger_holds_they_are_drawn_within_the_plot(
    points: list[tuple[Number, Number]], log_y: bool, kind: str
) -> None:
    x, y = ([pair[at] for pair in points] for at in (0, 1))
    figure = drawn(line(y, x=x, kind=kind, log_y=log_y))
    assert "nan" not in figure.svg
    for d in paths(figure.svg, "line"):
        assert all(0 <= x <= 1000 and 0 <= y <= 128 for x, y in corners(d))


def test_a_plot_takes_less_than_three_kilobytes_however_many_points_there_are() -> None:
    """A page of sixty claims has a hundred of them in its megabyte."""
    assert len(drawn(series(points=5000)).svg) < 3000
