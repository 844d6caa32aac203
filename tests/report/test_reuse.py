"""The page marks every number that an earlier run measured."""

from msgspec.structs import replace

from refute.ledger import Reused
from refute.report.page import render
from tests import make
from tests.report import hand_made
from tests.report.parsed import Page

THEN = Reused(32, 32, "2026-02-28T09:15:00+00:00", "a machine")
PART = Reused(16, 64, "2026-02-27T09:15:00+00:00", "<b>a machine</b>")


def words(*reused: Reused | None) -> str:
    claim = next(claim for claim in hand_made.one_of_everything() if len(claim.readings) > 1)
    readings = [
        replace(reading, reused=earlier)
        for reading, earlier in zip(claim.readings, [*reused, *[None] * 9], strict=False)
    ]
    page = render(make.ledger([replace(claim, readings=readings)]), [])
    return Page(page).root.words


def test_a_reused_number_says_when_it_was_measured_and_the_page_how_many_there_are() -> None:
    shown = words(THEN, PART)
    assert "Measured 2026-02-28 09:15 UTC by an earlier run" in shown
    assert "16 of 64 measured by earlier runs, the oldest 2026-02-27 09:15 UTC" in shown
    assert (
        "measurements, and a part of 1 more, come from earlier runs, the oldest from 2026" in shown
    )
    assert "Every number below was measured in that run" not in shown
    assert "in this run, with measurements reused" in shown


def test_a_run_that_reused_nothing_says_that_every_number_is_its_own() -> None:
    shown = words()
    assert "Every number below was measured in that run" in shown
    assert "earlier run" not in shown.partition("Every number below")[2].partition("changed")[0]
    assert "with measurements reused" not in shown
