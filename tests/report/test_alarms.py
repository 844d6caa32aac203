"""What is wrong with a run stands on top of its page."""

from refute.report import render
from tests.report.hand_made import ledger, one_of_everything
from tests.report.parsed import Page


def test_an_outcome_that_differs_from_the_published_one_is_named_with_what_to_do() -> None:
    top = Page(render(ledger(one_of_everything()), [])).root.id("top")
    (alarm,) = [one for one in top.all(class_="loud") if "published ones" in one.words]
    assert "docs/corrections.md says what to do" in alarm.words
    (item,) = alarm.all("li")
    assert item.words == "init/far-better, “digits”: published “fails”, measured “holds”"
    assert item.all("a")
