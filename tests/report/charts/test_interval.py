"""Intervals are drawn at their numbers, relative to the claimed region."""

import re
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from refute.decision.regions import Region
from refute.ledger import Measured, Number
from refute.report.charts import Panel, panel
from refute.report.charts.interval import MOST_MARKS, position
from refute.wording import little_difference, most, roughly, slower
from tests.make import by_hand, measured, quantity, reading
from tests.report.parsed import Element, Page

ACCURACIES = quantity("difference", "accuracy", "with a", "with b")


def drawn(*evidence: Measured) -> Panel:
    return panel(
        [reading(f"reading {at}", "holds", measurement) for at, measurement in enumerate(evidence)]
    )


def test_readings_and_controls_share_one_scale() -> None:
    far = by_hand(11.0, 12.0, 13.0, [12.0])
    near = by_hand(1.0, 2.0, 3.0, [2.0])
    together = drawn(near, far)
    assert together.strips[0].estimate < together.strips[1].estimate
    width = together.strips[0].high - together.strips[0].low
    assert together.strips[1].high - together.strips[1].low == pytest.approx(width, abs=0.21)


def test_an_interval_stands_inside_the_shade_exactly_when_it_lies_in_the_region() -> None:
    inside, outside = drawn(by_hand(1.6, 2.0, 2.6, [2.0]), by_hand(1.6, 2.0, 2.8, [2.0])).strips
    shade = drawn(by_hand(1.6, 2.0, 2.6, [2.0]), by_hand(1.6, 2.0, 2.8, [2.0])).shade
    assert shade[0] < inside.low
    assert inside.high < shade[0] + shade[1] < outside.high


def test_a_region_without_an_edge_is_shaded_to_the_end_of_the_axis() -> None:
    above = drawn(by_hand(2.0, 3.0, 4.0, [3.0], (1.5, None)))
    assert above.shade[0] + above.shade[1] == pytest.approx(100)
    assert above.edges == (above.shade[0],)
    below = drawn(by_hand(2.0, 3.0, 4.0, [3.0], (None, 5.0)))
    assert below.shade[0] == 0


def test_ratios_get_a_logarithmic_scale_and_differences_a_linear_one() -> None:
    _, ratio = measured(roughly(2), 2.0)
    _, difference = measured(little_difference(), 0.01, quantity=ACCURACIES)
    assert drawn(ratio).scale == "Logarithmic scale."
    assert drawn(difference).scale == "In percentage points."


def of_shares(evidence: Measured) -> Measured:
    """The same numbers as a difference of two shares."""
    return replace(evidence, quantity=replace(ACCURACIES, unit="share"))


def test_differences_of_shares_have_an_axis_in_percentage_points() -> None:
    plain = by_hand(-0.02, 0.03, 0.06, [0.03], (0.01, None))
    chart = drawn(of_shares(plain))
    assert [tick.label for tick in chart.ticks] == ["−2", "0", "2", "4", "6"]
    assert [tick.at for tick in chart.ticks] == [tick.at for tick in drawn(plain).ticks]
    assert chart.scale == "In percentage points."


def test_an_axis_that_is_linear_near_zero_is_so_in_percentage_points() -> None:
    region = (0.0005, None)
    chart = drawn(*(of_shares(by_hand(x, x, x, [x], region)) for x in (0.0, 0.9)))
    assert chart.scale == "In percentage points. Linear up to about 0.05, logarithmic beyond."


def test_counts_from_zero_to_a_hundred_thousand_can_be_distinguished_from_the_edge() -> None:
    region = (10.0, None)
    chart = drawn(
        by_hand(9_000, 56_000, 220_000, [56_000], region),
        by_hand(43, 43.5, 44, [43.5], region),
        by_hand(0, 0, 0, [0.0], region),
    )
    many, some, none = (strip.estimate for strip in chart.strips)
    assert none + 5 < chart.shade[0] < some - 5 < many - 10
    assert chart.scale == "Linear up to about 10, logarithmic beyond."


def test_an_unbounded_interval_is_drawn_to_the_end_and_labelled() -> None:
    (strip,) = drawn(by_hand(2.0, 3.0, "inf", [3.0, [50.0, "inf"]])).strips
    assert strip.unbounded
    assert strip.high == 100


def test_replicates_far_beyond_the_axis_are_counted_at_its_end() -> None:
    values: list[Number | list[Number]] = [2.0 + at / 100 for at in range(98)]
    (strip,) = drawn(by_hand(1.9, 2.0, 2.1, [*values, 1e6, -1e6])).strips
    assert (strip.left, strip.right) == (1, 1)


def test_every_replicate_of_a_small_sample_has_a_stroke() -> None:
    values: list[Number | list[Number]] = [2.0 + at / 10 for at in range(32)]
    (strip,) = drawn(by_hand(1.9, 2.0, 2.1, values)).strips
    assert strip.marks.count("v8") == 32


def test_strokes_of_a_large_sample_are_thinned_to_what_can_be_seen() -> None:
    values: list[Number | list[Number]] = [at / 100 for at in range(512)]
    (strip,) = drawn(by_hand(1.9, 2.0, 2.1, values)).strips
    assert 0 < strip.marks.count("v8") <= MOST_MARKS


def test_thinned_strokes_are_dense_where_replicates_are() -> None:
    crowd: list[Number | list[Number]] = [2.0 + at / 400 for at in range(400)]
    stray: list[Number | list[Number]] = [4.0 + at / 50 for at in range(100)]
    (strip,) = drawn(by_hand(1.9, 3.5, 6.0, crowd + stray)).strips
    columns = list(accumulate(int(dx) for dx in re.findall(r"[Mm](\d+)", strip.marks)))
    between = 10 * strip.estimate
    assert sum(x < between for x in columns) > 2 * sum(x > between for x in columns)


def test_a_proportion_is_drawn_from_zero_to_one_without_strokes() -> None:
    _, share = measured(most(), 0.9)
    chart = drawn(share)
    assert (chart.shade, chart.of) == ((50.0, 50.0), "proportion")
    assert chart.strips[0].marks == ""
    assert [tick.label for tick in chart.ticks] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    zero, whole = chart.ticks[0].at, chart.ticks[-1].at
    expected = zero + (whole - zero) * float(share.estimate)
    assert chart.strips[0].estimate == pytest.approx(expected, abs=0.2)


def test_an_open_region_of_one_edge_names_its_words() -> None:
    _, evidence = measured(slower(), 2.0)
    assert drawn(evidence).region == "noticeably slower (at least 1.1 times)"
    _, plain = measured(Region("large", low=slower().low), 2.0)
    assert drawn(plain).region == "large (at least 1.1)"


# --- the picture ---------------------------------------------------------------------------


def svg(*evidence: Measured, outcome: str = "holds", name: str = "reading") -> list[Element]:
    panel_ = panel([reading(name, outcome, measurement) for measurement in evidence])
    return [Page(strip.svg).root.children[0] for strip in panel_.strips]


def test_a_picture_is_named_and_described_for_those_who_cannot_see_it() -> None:
    (picture,) = svg(by_hand(1.9, 2.0, 2.1, [2.0]), name="rate 0.5")
    title, description = picture.all("title")[0], picture.all("desc")[0]
    assert picture.attributes["role"] == "img"
    assert title.text == "rate 0.5"
    assert description.text == ("2.00 (1.90 to 2.10 in 1 replicate): inside the claimed region.")


def test_the_bar_and_the_shade_are_drawn_where_the_strip_says() -> None:
    (strip,) = drawn(by_hand(1.6, 2.0, 2.6, [2.0])).strips
    (root,) = svg(by_hand(1.6, 2.0, 2.6, [2.0]))
    left, width = _box(root, "bar")
    assert (left, left + width) == pytest.approx((10 * strip.low, 10 * strip.high))
    shade, wide = _box(root, "shade")
    assert shade < left < left + width < shade + wide
    assert root.all("circle")[0].attributes["cx"] == f"{strip.estimate:g}%"


def _box(root: Element, css: str) -> tuple[int, int]:
    (path,) = root.all("path", class_=css)
    found = re.fullmatch(r"M(\d+) \d+h(\d+)v\d+h-\d+z", str(path.attributes["d"]))
    assert found
    return int(found[1]), int(found[2])


@pytest.mark.parametrize(
    ("outcome", "shape"), [("holds", "disc"), ("fails", "diamond"), ("undecided", "ring")]
)
def test_the_shape_of_the_estimate_says_the_outcome(outcome: str, shape: str) -> None:
    (root,) = svg(by_hand(1.9, 2.0, 2.1, [2.0]), outcome=outcome)
    found = {
        "disc": bool(root.all("circle")) and not root.all("circle", class_="ring"),
        "ring": bool(root.all("circle", class_="ring")),
        "diamond": bool(root.all("svg", class_="spot")),
    }
    assert [name for name, there in found.items() if there] == [shape]


def test_replicates_of_a_race_are_dots_and_none_covers_another_where_there_is_room() -> None:
    _, timed = measured(slower(), 2.0, n=32)
    timed = replace(timed, values=[2.0] * 3 + [2.5, 3.0], timed=True)
    (root,) = svg(timed)
    assert not root.all("path", class_="marks")
    d = str(root.all("path", class_="pairs")[0].attributes["d"])
    assert d.count("h0") == 5
    assert re.match(r"M\d+ 28h0m0-4h0m0-4h0", d)  # three alike, one above the other


def test_no_strip_has_a_style_attribute() -> None:
    for root in svg(by_hand(2.0, 3.0, "inf", [3.0, [50.0, "inf"]]), outcome="fails"):
        assert not [element for element in root.all() if "style" in element.attributes]


def test_names_are_text_and_never_markup() -> None:
    hostile = '</svg><script>alert(1)</script>\u202e\0 & "'
    (root,) = svg(by_hand(1.9, 2.0, 2.1, [2.0]), name=hostile)
    assert not root.all("script")
    assert root.all("title")[0].text == '</svg><script>alert(1)</script>\ufffd\u2400 & "'


@pytest.mark.parametrize(
    ("low", "high", "where"),
    [
        (1.6, 2.6, "inside"),
        (1.5, 2.7, "inside"),
        (1.0, 1.4, "below"),
        (2.8, "inf", "above"),
        (1.4, 2.0, "partly inside"),
        (1.0, 3.0, "partly inside"),
    ],
)
def test_the_position_of_an_interval_is_described(low: Number, high: Number, where: str) -> None:
    assert position(by_hand(low, 2.0, high, [2.0])) == where


numbers = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["inf", "-inf"])
replicates = st.lists(numbers | st.lists(numbers, max_size=2), max_size=5)
edges = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@given(numbers, numbers, numbers, replicates, st.tuples(edges, edges))
def test_whatever_numbers_a_ledger_holds_they_are_drawn_within_the_chart(
    low: Number,
    estimate: Number,
    high: Number,
    values: list[Number | list[Number]],
    region: tuple[float | None, float | None],
) -> None:
    chart = drawn(
        by_hand(
            low, estimate, high, values, region, quantity=quantity("value", "a / b", unit="times")
        )
    )
    assert chart.ticks
    for strip in chart.strips:
        assert 0 <= strip.estimate <= 100
        assert "nan" not in strip.svg


def test_a_strip_takes_less_than_a_kilobyte_however_many_replicates_there_are() -> None:
    """A page of sixty claims has two hundred of them in its megabyte."""
    values: list[Number | list[Number]] = [2.0 + (at * 37 % 512) / 400 for at in range(512)]
    (strip,) = drawn(by_hand(1.9, 2.0, 2.1, values)).strips
    assert len(strip.svg) < 1000


def test_differences_have_a_linear_axis_even_where_all_are_positive() -> None:
    _, large = measured(little_difference(), 0.6, quantity=ACCURACIES)
    _, small = measured(little_difference(), 0.001, quantity=ACCURACIES)
    assert "ogarithmic" not in drawn(large, small).scale
