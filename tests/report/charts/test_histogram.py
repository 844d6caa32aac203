"""Histograms stand on their axis, with the bin at zero marked."""

from refute.ledger import SeriesRecord
from refute.report.charts.arms import bundles
from refute.report.charts.figure import Figure
from refute.report.charts.histogram import histogram
from tests.report.charts.drawing import left, line, paths, spots


def drawn(*arms: SeriesRecord) -> Figure:
    (bundle,) = bundles([left("a reading", *arms)])
    return histogram(bundle, "f1")


def bars(heights: list[float], **more: object) -> SeriesRecord:
    """Bins of width 1, the middle one at zero."""
    half = len(heights) // 2
    labels = {"x_label": "weight", "y_label": "share of weights", "name": "weights"} | more
    return line(heights, x=list(range(-half, half + 1)), kind="histogram", **labels)


def test_bars_are_as_wide_as_their_bins_and_as_high_as_their_numbers() -> None:
    (d,) = paths(drawn(bars([0.25, 0.5, 0.25])).svg, "bars")
    # Three bins across 1000 units; 0.5 of 0.54 (8 % are left above) is 119 of 128 units high.
    assert d == "M0 128v-59h333v-60h334v60h333V128z"


def test_the_bin_at_zero_is_filled_and_a_dot_stands_above_it() -> None:
    figure = drawn(bars([0.25, 0.5, 0.25]))
    assert paths(figure.svg, "zero") == ["M333 128v-119h334V128z"]
    assert spots(paths(figure.svg, "mark")[0]) == [(500, 4)]
    assert figure.caption == "Share of weights: the marked bin at 0, 1 wide, holds 50 %."


def test_bins_too_low_to_be_seen_are_left_out_at_the_ends() -> None:
    (d,) = paths(drawn(bars([1e-9, 0.2, 0.8, 0.2, 0.0])).svg, "bars")
    assert d.startswith("M200 128")
    assert d.endswith("h200V128z")


def test_other_arms_are_outlines_and_the_caption_names_all() -> None:
    figure = drawn(bars([0.1, 0.8, 0.1], arm="with l1"), bars([0.3, 0.4, 0.3], arm="with l2"))
    assert len(paths(figure.svg, "bars")) == 1
    assert len([d for d in paths(figure.svg, "line") if "V128" in d]) == 1
    assert figure.caption.endswith("holds 80 % with l1, 40 % with l2.")


def test_a_histogram_without_a_bin_at_zero_marks_none() -> None:
    away = line([0.5, 0.5], x=[5, 6], kind="histogram", y_label="share of weights")
    figure = drawn(away)
    assert not paths(figure.svg, "zero")
    assert not paths(figure.svg, "mark")
    assert "none of them at 0" in figure.caption


def test_numbers_that_no_histogram_has_break_nothing() -> None:
    figure = drawn(bars(["inf", -3.0, 1e300]))  # type: ignore[list-item] # as in a ledger
    assert "nan" not in figure.svg
    assert all(int(y) >= 0 for d in paths(figure.svg, "bars") for y in [d.split()[1].split("v")[0]])
