"""The page begins with what is wrong with the run."""

from msgspec.structs import replace

from refute.report import render
from refute.wording import roughly
from tests.make import claim, ledger, measured, reading
from tests.report.hand_made import one_of_everything
from tests.report.parsed import Page


def test_an_outcome_that_is_not_as_expected_is_named() -> None:
    top = Page(render(ledger(one_of_everything()), [])).root.id("top")
    (alarm,) = [text for text in top.all(class_="loud") if "not as expected" in text.words]
    (item,) = alarm.all("li")
    assert item.words == "init/far-better, “digits”: expected: fails; here: holds"
    assert item.all("a")


def test_undecided_outcomes_and_times_of_this_machine_are_not_unexpected() -> None:
    claims = one_of_everything()
    undecided = [
        reading
        for claim in claims
        for reading in claim.readings
        if reading.published == "holds" and reading.outcome == "undecided"
    ]
    _, evidence = measured(roughly(2), 1.2, n=32)
    timed = reading("seconds", "fails", replace(evidence, timed=True), published="holds")
    claims.append(claim("dropout/timed", "REFUTED", [timed]))
    top = Page(render(ledger(claims), [])).root.id("top")
    assert undecided
    (differ,) = [text for text in top.all(class_="loud") if "not as expected" in text.words]
    (here,) = [text for text in top.all(class_="loud") if "on this machine" in text.words]
    assert [item.words.split(",")[0] for item in differ.all("li")] == ["init/far-better"]
    assert [item.words for item in here.all("li")] == [
        "dropout/timed, “seconds”: expected: holds; here: fails"
    ]
