"""Numbers, durations and times, as readers see them."""

import numpy as np
import pytest
from msgspec.structs import replace

from refute.decision.counts import decide
from refute.decision.samples import Sample
from refute.ledger import Measured, Number
from refute.prose.numbers import (
    bare_edge,
    edge_in_words,
    estimate,
    interval,
    known,
    look_in_words,
    moment,
    number_in_words,
    percent,
    seconds,
)
from refute.wording import most, roughly
from tests.make import measured, quantity, region


def between(low: Number, high: Number) -> Measured:
    """A measurement with this interval."""
    _, evidence = measured(roughly(2), 2.0)
    return replace(evidence, low=low, high=high)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0.0, "0"),
        (2.126, "2.13"),
        (-0.0214, "−0.0214"),
        (1437.0, "1437"),
        (4.56e10, "4.6 × 10^10"),
        (-1.2e-5, "−1.2 × 10^-5"),
        ("inf", "∞"),
        ("-inf", "−∞"),
    ],
)
def test_numbers_have_three_digits(number: Number, words: str) -> None:
    assert number_in_words(number) == words


@pytest.mark.parametrize(
    ("x", "low", "high", "words"),
    [
        (2.8712, 2.33, 3.42, "2.9"),
        (0.99712, 0.98, 1.01, "0.997"),
        (1.0, 0.98, 1.01, "1.00"),
        (0.96667, 0.958, 0.972, "0.967"),
        (-0.00278, -0.008, 0.006, "−0.003"),
        (10753, 900, 70000, "10000"),
        (37.2, 26.1, 51.4, "37"),
        (0.004, -3, 3, "0.004"),
        (0.0, -1, 1, "0"),
        (2.0, 2.0, 2.0, "2"),
        (8.123, 7, "inf", "8.12"),
        ("inf", 7, "inf", "∞"),
        (4.56e10, 4e10, 5e10, "4.6 × 10^10"),
        (0.00041, 0.0004, 0.0005, "4.1 × 10^-4"),
    ],
)
def test_a_number_is_as_exact_as_its_interval(
    x: Number, low: Number, high: Number, words: str
) -> None:
    assert known(x, between(low, high)) == words


def test_an_estimate_hidden_by_the_budget_is_a_lower_bound() -> None:
    hidden = replace(between(7, "inf"), estimate=8.0, values=[7.0, [8.0, "inf"], [9.0, "inf"]])
    assert estimate(replace(hidden, capped=2)) == "at least 8"
    plain = replace(hidden, estimate=2.0, values=[1.0, 2.0, [9.0, "inf"]], capped=1)
    assert estimate(plain) == "2"


def test_a_capped_number_that_is_at_least_zero_is_at_most_its_upper_bound() -> None:
    hidden = replace(between(0.0, 0.5), estimate=0.0, values=[[0.0, 0.4]] * 3, capped=3)
    assert estimate(hidden) == "at most 0.40"
    unknown = replace(hidden, values=[[0.0, "inf"]] * 3)
    assert estimate(unknown) == "at least 0"


def test_an_interval_says_what_it_rests_on() -> None:
    assert interval(between(1.9, 2.2)) == "1.90 to 2.20 in 64 pairs"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.472, "47 %"),
        (1, "100 %"),
        (0, "0 %"),
        (0.0026, "0.3 %"),
        (0.0096, "1 %"),
        (1e-7, "0.00001 %"),
        (-0.2, "−20 %"),
        (-0.002, "−0.2 %"),
        (0.992, "99 %"),
        (0.995, "99.5 %"),
        (0.996, "99.6 %"),
        (0.9996, "99.96 %"),
        (1 - 1e-16, "100 %"),
        (1.004, "100 %"),
        (2, "200 %"),
    ],
)
def test_a_share_is_a_percentage(share: float, words: str) -> None:
    assert percent(share) == words


def test_durations_are_shown_as_people_say_them() -> None:
    assert [seconds(x) for x in (0.0412, 3.2, 42.0, 200.0)] == [
        "0.041 s", "3.2 s", "42 s", "3 min 20 s",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("iso", "text"),
    [
        ("2026-03-01T12:30:59.123456+00:00", "2026-03-01 12:30 UTC"),
        ("2026-03-01T12:30:59Z", "2026-03-01 12:30 UTC"),
        ("2026-03-01T12:30:59+02:00", "2026-03-01 12:30 (UTC+02:00)"),
        ("2026-03-01 12:30", "2026-03-01 12:30"),
        ("yesterday", "yesterday"),
    ],
)
def test_a_moment_is_shown_to_the_minute(iso: str, text: str) -> None:
    assert moment(iso) == text


def test_an_interval_that_ends_on_the_edge_of_more_than_half_says_that_it_leaves_it_out() -> None:
    _, most_of_them = measured(most(), 0.9)
    assert interval(replace(most_of_them, low=0.5, high=1.0)).startswith("more than 0.50 to 1.00")
    assert interval(replace(most_of_them, low=0.51, high=1.0)).startswith("0.51 to 1.00")


def test_the_interval_is_the_one_of_the_decision():
    values = np.concatenate([np.full(16, 2.0), np.linspace(2.5, 9, 16)])
    decision = decide(Sample.exactly(values), roughly(2))

    # Three replicates may lie on either side, so the fourth from each end bounds the median.
    high = sorted(values)[-4]
    assert look_in_words(decision) == f"2.25 (2 to {high:.3g}) at 32"


def of_kind(kind: str, unit: str) -> Measured:
    """A measurement of 0.03, of a quantity of this kind and unit."""
    accuracy = quantity(kind, "test accuracy", unit=unit)
    return replace(between(0.02, 0.04), estimate=0.03, quantity=accuracy)


@pytest.mark.parametrize(
    ("kind", "unit", "words"),
    [
        ("difference", "share", "3.0 percentage points"),
        ("difference", "", "0.030"),
        ("value", "share", "0.030"),
    ],
)
def test_of_all_quantities_differences_of_shares_are_in_percentage_points(
    kind: str, unit: str, words: str
) -> None:
    assert estimate(of_kind(kind, unit)) == words


def test_what_is_compared_with_percentage_points_is_in_percentage_points() -> None:
    claimed = region(-0.02, 0.02, "little difference (within 2 percentage points)")
    excess = replace(of_kind("value", ""), region=claimed)
    assert estimate(excess) == "3.0 percentage points"
    assert bare_edge(0.02, excess) == "2"


def test_a_single_point_has_no_plural() -> None:
    assert edge_in_words(0.01, of_kind("difference", "share")) == "1 percentage point"
    assert edge_in_words(-0.02, of_kind("difference", "share")) == "−2 percentage points"
