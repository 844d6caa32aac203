"""A note about a search: what it found in words, or as code if it has no words."""

from refute.export.notes import found
from refute.wording import most
from tests.make import measured, reading, searched


def test_an_example_is_code_only_if_it_has_no_words():
    bare = searched("fails", counterexample="x=Number(value=-1.0)")
    assert "`x=Number(value=-1.0)`" in found(reading("any x", "fails", bare))

    worded = searched("fails", counterexample="x=Number(value=-1.0)", said="x = −1")
    note = found(reading("any x", "fails", worded))
    assert "x = −1" in note
    assert "Number" not in note


def test_a_share_of_cases_is_counted_once() -> None:
    outcome, evidence = measured(most(), 0.1)
    note = found(reading("settings", outcome, evidence))
    assert note.count("of 64") == 1
    assert "refute the claim" in note
