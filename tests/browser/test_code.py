"""Findings of rules in a browser: they fit, can be read in light and dark, and are printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.accessibility import ALL_RULES, violations
from tests.browser.conftest import Visit, page_of
from tests.browser.layout import outside, sideways, unfold
from tests.browser.printing import missing, printed, said
from tests.report import coded as samples


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page whose one key has code with one of every finding."""
    folder = tmp_path_factory.mktemp("coded")
    written = page_of("coded", samples.KEY, samples.LINKS, samples.run(), folder)
    assert not written.faults
    return written.page


def test_axe_finds_nothing_and_nothing_sticks_out(visit: Visit, coded: Path) -> None:
    wide = [visit(coded, scheme="light"), visit(coded, scheme="dark")]
    narrow = [visit(coded, width=360, scheme="light"), visit(coded, width=360, scheme="dark")]
    assert violations(dict.fromkeys([*wide, *narrow], ALL_RULES)) == []
    for page in (*wide, *narrow):
        unfold(page)
        assert sideways(page) <= 0
        assert outside(page) == []


def test_print_has_every_finding(visit: Visit, coded: Path) -> None:
    page = visit(coded)
    found = said(page, ".key .note.code-mark")
    assert len(found) >= 7
    assert missing(found, printed(page)) == []


def test_a_flag_leads_to_its_note_and_back_and_filters_leave_code_out(
    visit: Visit, coded: Path
) -> None:
    page = visit(coded)
    page.locator(".code-flag").first.click()
    assert page.locator(":target").get_attribute("class").startswith("note code-mark")
    page.locator(":target .number").click()
    assert page.locator(":target").get_attribute("class").startswith("code-flag")
    filtered = visit(coded, query="verdict=supported")
    assert filtered.locator(".statement.hit").count() == 1
    assert filtered.locator(".note.code-mark:visible").count() == 0


def test_the_corrected_key_shows_no_flags_whose_notes_are_away(visit: Visit, coded: Path) -> None:
    page = visit(coded, query="corrected=1")
    assert page.locator(".code-flag").count() >= 7
    assert page.locator(".code-flag:visible").count() == 0
