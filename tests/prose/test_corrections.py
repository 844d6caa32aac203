"""Corrections are filled in from the evidence."""

import pytest
from msgspec.structs import replace

from refute.ledger import Measured, NotMeasured, RegionRecord, Searched
from refute.prose.corrections import fill
from tests import make
from tests.make import quantity


def reading(name, evidence):
    return make.reading(name, "fails", evidence)


MEASURED = Measured(
    quantity("ratio"), RegionRecord("roughly 2", 1.5, 2.7, False, False, "median"),
    64, 3.14159, 2.9, "inf", [], 0, None, [], [],
)  # fmt: skip


def test_placeholders_are_numbers_that_were_measured():
    text = fill("{a} times, {a:low} to {a:high}, n = {a:n}", [reading("a", MEASURED)])

    assert text == "3.14 times, 2.9 to ∞, n = 64"


def test_placeholders_of_a_search_are_its_counterexample_and_examples():
    searched = Searched("every", 7, 1, counterexample="x=-1")

    text = fill("not {a:counterexample}, the {a:examples}th", [reading("a", searched)])

    assert text == "not x=-1, the 7th"
    said = replace(searched, said="x = −1")
    assert fill("not {a}", [reading("a", said)]) == "not x = −1"


def test_a_number_can_be_worded_as_its_sentence_needs():
    lower = replace(
        MEASURED, quantity=quantity("share with a − share with b"), estimate=-0.0312, low=-0.05,
        high=-0.01,
    )  # fmt: skip
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
