"""Charts put intervals, regions and series where their numbers are."""

import math
import re

import numpy as np
import pytest

from refute.decision import Region
from refute.ledger import EdgeRecord, Measured, Number, RegionRecord, SeriesRecord
from refute.report.charts import MOST_MARKS, MOST_POINTS, Panel, panel, picture
from refute.wording import little_difference, most, roughly, slower
from tests.report.hand_made import measured, reading, series


def by_hand(
    low: Number,
    estimate: Number,
    high: Number,
    values: list[Number | list[Number]],
    region: tuple[float | None, float | None] = (1.5, 2.7),
    quantity: str = "a − b",
) -> Measured:
    record = RegionRecord("words", *region, False, False, "median")
    edge = EdgeRecord(1.5, "low", False, 0, 32, 3, 3, "inside")
    capped = sum(isinstance(one, list) for one in values)
    return Measured(
        quantity, record, len(values), estimate, low, high, [edge], capped, None, values, []
    )


def drawn(*evidence: Measured) -> Panel:
    return panel([reading(f"reading {at}", "holds", one) for at, one in enumerate(evidence)])


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
    above = drawn(by_hand(2.0, 3.0, 4.0, [3.0], region=(1.5, None)))
    assert above.shade[0] + above.shade[1] == pytest.approx(100)
    assert above.edges == (above.shade[0],)
    below = drawn(by_hand(2.0, 3.0, 4.0, [3.0], region=(None, 5.0)))
    assert below.shade[0] == 0


def test_ratios_get_a_logarithmic_scale_and_differences_a_linear_one() -> None:
    _, ratio = measured(roughly(2), 2.0)
    _, difference = measured(little_difference(), 0.01, quantity="accuracy − accuracy")
    assert drawn(ratio).scale == "Logarithmic scale."
    assert drawn(difference).scale == ""


def test_counts_from_zero_to_a_hundred_thousand_can_all_be_told_from_the_edge() -> None:
    region = (10.0, None)
    chart = drawn(
        by_hand(9_000, 56_000, 220_000, [56_000], region),
        by_hand(43, 43.5, 44, [43.5], region),
        by_hand(0, 0, 0, [0.0], region),
    )
    many, some, none = (strip.estimate for strip in chart.strips)
    assert none + 5 < chart.shade[0] < some - 5 < many - 10
    assert chart.scale == "Linear up to about 10, logarithmic beyond."


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.0, 150_000.0, ["0", "50000", "100000", "150000"]),
        (0.0, 1.5e6, ["0", "500000", "10⁶", "1.5·10⁶"]),
        (-1e-4, 2e-4, ["−10⁻⁴", "0", "10⁻⁴", "2·10⁻⁴"]),
    ],
)
def test_tick_labels_are_exact(low: float, high: float, labels: list[str]) -> None:
    one = SeriesRecord("s", "curve", "x", "y", [low, high], [0.5], [[1.0, 2.0]], False)
    chart = picture(one)
    assert chart is not None
    assert [tick.label for tick in chart.x_ticks] == labels


def test_an_interval_without_end_is_drawn_to_the_end_and_said_to_be_so() -> None:
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
    columns = np.cumsum([int(dx) for dx in re.findall(r"[Mm](\d+)", strip.marks)])
    between = 6 * strip.estimate
    assert (columns < between).sum() > 2 * (columns > between).sum()


def test_a_proportion_is_drawn_from_zero_to_one_without_strokes() -> None:
    _, share = measured(most(), 0.9)
    chart = drawn(share)
    assert (chart.shade, chart.of) == ((50.0, 50.0), "proportion")
    assert chart.strips[0].marks == ""
    assert [tick.label for tick in chart.ticks] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    zero, one = chart.ticks[0].at, chart.ticks[-1].at
    expected = zero + (one - zero) * float(share.estimate)
    assert chart.strips[0].estimate == pytest.approx(expected, abs=0.2)


def test_an_open_region_of_one_edge_names_its_words() -> None:
    _, evidence = measured(slower(), 2.0)
    assert drawn(evidence).region == "noticeably slower (at least 1.1 times)"
    _, plain = measured(Region("large", low=slower().low), 2.0)
    assert drawn(plain).region == "large (at least 1.1)"


def points(path: str) -> list[tuple[int, int]]:
    """Absolute points of a path that moves and then draws relative lines."""
    numbers = [int(one) for one in re.findall(r"-?\d+", path)]
    found, x, y = [], 0, 0
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x, y))
    return found


def test_a_curve_is_thinned_but_keeps_both_ends() -> None:
    drawn = picture(series(points=200))
    assert drawn is not None
    line = points(drawn.line)
    assert len(line) <= MOST_POINTS
    assert (line[0][0], line[-1][0]) == (0, 600)


def test_a_band_encloses_its_median() -> None:
    drawn = picture(series("layers", 20))
    assert drawn is not None
    line, band = points(drawn.line), points(drawn.band)
    upper, lower = band[: len(line)], band[len(line) :][::-1]
    for (x, y), (x_up, y_up), (x_low, y_low) in zip(line, upper, lower, strict=True):
        assert x == x_up == x_low
        assert y_up <= y <= y_low  # the y axis of SVG points down
    assert (drawn.share, drawn.log_y) == ("80%", True)


def test_a_histogram_marks_the_bin_that_holds_zero() -> None:
    drawn = picture(series("histogram"))
    assert drawn is not None
    # The bin from -0.025 to 0.025 of an axis from -1.025 to 1.025; 4 high of 4.16.
    assert drawn.zero == "M293 100v-96h14V100z"
    assert drawn.line.count("h") == 41


def test_a_histogram_without_a_bin_at_zero_marks_none() -> None:
    one = series("histogram")
    moved = SeriesRecord(
        one.name, one.kind, one.x_label, one.y_label, [float(x) + 5 for x in one.x],
        one.levels, one.quantiles, one.log_y,
    )  # fmt: skip
    drawn = picture(moved)
    assert drawn is not None
    assert drawn.zero == ""


def test_a_loss_that_grew_beyond_all_numbers_leaves_the_chart_at_its_edge() -> None:
    one = series(points=5)
    diverged = SeriesRecord(
        one.name, one.kind, one.x_label, one.y_label, one.x, [0.1, 0.5, 0.9],
        [[1.0, 1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 4.0, 8.0, "inf"], ["inf"] * 5], one.log_y,
    )  # fmt: skip
    drawn = picture(diverged)
    assert drawn is not None
    assert points(drawn.line)[-1] == (600, 0)
    assert "∞" in drawn.summary


@pytest.mark.parametrize("x", [[], [1.0]])
def test_a_series_without_two_points_is_not_drawn(x: list[float]) -> None:
    one = SeriesRecord("s", "curve", "x", "y", x, [0.5], [[1.0] * len(x)], False)
    assert picture(one) is None


def test_a_summary_says_what_is_drawn_for_those_who_cannot_see_it() -> None:
    drawn = picture(SeriesRecord("loss", "curve", "step", "loss", [1, 9], [0.5], [[4, 2]], False))
    assert drawn is not None
    assert drawn.summary == "loss: median loss by step, 4 at 1, 2 at 9"
    assert not math.isnan(float(drawn.x_ticks[0].at))
