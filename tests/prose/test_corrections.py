"""Corrections are filled in from the evidence."""

import pytest
from msgspec.structs import replace

from refute.ledger import NotMeasured
from refute.prose.corrections import fill
from tests import make
from tests.make import quantity, searched


def reading(name, evidence):
    return make.reading(name, "fails", evidence)


MEASURED = replace(make.by_hand(2.9, 3.14159, "inf", []), n=64, edges=[])


def test_placeholders_are_numbers_that_were_measured():
    text = fill("{a} times, {a:low} to {a:high}, n = {a:n}", [reading("a", MEASURED)])

    assert text == "3.14 times, 2.9 to ∞, n = 64"


def test_placeholders_of_a_search_are_its_counterexample_and_examples():
    search = searched("fails", counterexample="x=-1")

    text = fill("not {a:counterexample}, the {a:examples}th", [reading("a", search)])

    assert text == "not x=-1, the 9th"
    said = replace(search, said="x = −1")
    assert fill("not {a}", [reading("a", said)]) == "not x = −1"


def test_a_number_can_be_worded_as_its_sentence_needs():
    shares = quantity("difference", "share", "with a", "with b")
    lower = replace(MEASURED, quantity=shares, estimate=-0.0312, low=-0.05, high=-0.01)
    text = fill("{a} | {a:size} | {a:way} | {a:points} | {a:n}", [reading("a", lower)])
    assert text == "−0.031 | 0.031 | 0.031 lower | 3 percentage points | 64"
    assert fill("{a:percent}", [reading("a", replace(MEASURED, estimate=0.47))]) == "47 %"


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (0, "0 percentage points"),
        (0.003, "0.3 percentage points"),
        (-0.012, "1 percentage point"),
        (0.018, "2 percentage points"),
    ],
)
def test_one_percentage_point_is_singular(difference, words):
    assert fill("{a:points}", [reading("a", replace(MEASURED, estimate=difference))]) == words


@pytest.mark.parametrize("name", ["variance", "counterexample"])
def test_what_a_reading_does_not_give_is_not_measured(name):
    assert fill(f"{{a:{name}}}", [reading("a", MEASURED)]) == "(not measured)"


def test_a_placeholder_for_what_was_not_measured_says_so():
    untimed = reading("a", NotMeasured("timing is switched off"))

    assert fill("{a}, {a:n}, {gone}", [untimed]) == (
        "(not measured), (not measured), (not measured)"
    )


@pytest.mark.parametrize(
    ("kind", "low", "high", "words"),
    [
        ("ratio", 0.05, 0.94, "0.05 to 0.9"),
        ("difference", -0.62, -0.03, "0.03 to 0.6 lower"),
        ("difference", -0.008, 0.011, "0.008 lower to 0.011 higher"),
        ("difference", 0, 0.02, "0 to 0.020 higher"),
        ("difference", 0, 0, "the same"),
    ],
)
def test_a_wide_interval_is_given_by_both_its_ends(kind, low, high, words):
    asked = quantity(kind, "share", "with a", "with b")
    wide = replace(MEASURED, quantity=asked, estimate=(low + high) / 2, low=low, high=high)
    assert fill("{a:range}", [reading("a", wide)]) == words


def test_the_range_of_a_share_is_a_percentage():
    share = replace(MEASURED, estimate=0.4, low=0.13, high=0.67)
    assert fill("{a:percent range}", [reading("a", share)]) == "13 to 67 %"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.02, 0.07, "2 to 7 percentage points"),
        (-0.07, -0.02, "2 to 7 percentage points"),
        (0, 0.01, "0 to 1 percentage points"),
        (-0.01, 0.02, "1 percentage points lower to 2 higher"),
    ],
)
def test_the_range_of_a_difference_of_shares_is_in_percentage_points(low, high, words):
    wide = replace(MEASURED, estimate=(low + high) / 2, low=low, high=high)
    assert fill("{a:points range}", [reading("a", wide)]) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-0.008, 0.011, "1.1 percentage points"),
        (-5 / 360, 4 / 360, "1.4 percentage points"),
        (-0.02, 0.01, "2 percentage points"),
        (-0.0008, 0.001, "0.1 percentage points"),
        (-0.01, 0.01, "1 percentage point"),
        (0, 0, "0 percentage points"),
    ],
)
def test_a_difference_around_zero_is_within_its_further_end_rounded_up(low, high, words):
    around = replace(MEASURED, estimate=0, low=low, high=high)
    assert fill("{a:within}", [reading("a", around)]) == words


def test_replicates_are_counted_at_the_edge_of_a_one_sided_region():
    edge = make.edge(-0.02, "low", 29, 3, "beyond")
    counted = replace(MEASURED, n=32, edges=[edge], values=[-0.5] * 29 + [0.0] * 3)
    text = fill("{a:count}; {a:rest}", [reading("a", counted)])
    assert text == "3 of 32 replicates; 29 of 32 replicates"
    assert fill("{a:bare count} networks", [reading("a", counted)]) == "3 of 32 networks"
    undecidable = reading("a", replace(counted, edges=[edge, edge]))
    assert fill("{a:count}; {a:bare count}", [undecidable]) == "(not measured); (not measured)"


def test_a_replicate_of_unknown_side_may_be_as_claimed():
    edge = make.edge(0.02, "low", 32, 2, "beyond", open=True)
    counted = replace(MEASURED, n=32, edges=[edge], values=[0.0] * 30 + [[-1.0, 1.0]] * 2)
    text = fill("{a:count}; {a:rest}", [reading("a", counted)])
    assert text == "at most 2 of 32 replicates; at least 30 of 32 replicates"


def test_of_a_share_the_replicates_in_which_it_is_true_are_counted():
    region = make.region(0.7, low_open=True, of="proportion")
    share = replace(MEASURED, region=region, n=4, values=[1, 0, 0, 0])
    text = fill("{a:count}; {a:rest}", [reading("a", share)])
    assert text == "1 of 4 replicates; 3 of 4 replicates"
    hidden = reading("a", replace(share, values=[1, [0, 1], 0, 0], capped=1))
    assert fill("{a:count}", [hidden]) == "at most 2 of 4 replicates"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.38, 0.54, "2.4 to 3.5"),
        (-0.61, -0.52, "3.3 to 4.1"),
        (-0.14, 0.13, "0.72 to 1.3"),
        (-4.62, -4.5, "32000 to 42000"),
    ],
)
def test_orders_of_magnitude_can_be_given_as_factors(low, high, words):
    decades = replace(MEASURED, estimate=low, low=low, high=high)
    assert fill("{a:factor range}", [reading("a", decades)]) == words


def test_many_orders_of_magnitude_are_a_power_of_ten():
    shrunk = replace(MEASURED, estimate=-11.95)
    assert fill("{a:factor}", [reading("a", shrunk)]) == "8.9 × 10^11"
