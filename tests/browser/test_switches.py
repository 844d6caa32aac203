"""A reader switches the view, or reads without the script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit


def paper(page: Page) -> str:
    colour: str = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    return colour


def test_colours_follow_the_system_until_they_are_chosen(visit: Visit, hand_made: Path) -> None:
    light, dark = paper(visit(hand_made)), paper(visit(hand_made, scheme="dark"))
    assert light != dark
    page = visit(hand_made)
    page.get_by_label("Colours").select_option("dark")
    assert paper(page) == dark
    page.reload()
    assert paper(page) == dark
    page.get_by_label("Colours").select_option("light")
    assert paper(page) == light
    other = visit(hand_made, scheme="dark")
    other.get_by_label("Colours").select_option("light")
    assert paper(other) == light


def test_a_browser_that_keeps_nothing_breaks_nothing(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made)
    page.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
    )
    page.reload()
    page.get_by_label("Colours").select_option("dark")
    assert paper(page) == paper(visit(hand_made, scheme="dark"))


@pytest.mark.parametrize("script", [True, False])
def test_the_corrected_key_strikes_what_is_not_so_and_says_what_is(
    visit: Visit, hand_made: Path, script: bool
) -> None:
    page = visit(hand_made, java_script_enabled=script)
    statement = page.locator(".statement.depends")
    expect(statement.locator("ins")).not_to_be_visible()
    expect(statement.locator("del")).to_have_css("text-decoration-line", "none")
    page.get_by_label("Corrected key").check()
    expect(statement.locator("ins")).to_be_visible()
    expect(statement.locator("ins")).to_contain_text("The factor grows with depth")
    expect(statement.locator("del")).to_have_css("text-decoration-line", "line-through")
    assert page.locator(".statement.supported del").count() == 0
    expect(page.locator(".notes").first).not_to_be_visible()


def test_without_the_script_everything_can_be_read_and_nothing_promises_more(
    visit: Visit, hand_made: Path
) -> None:
    page = visit(hand_made, java_script_enabled=False)
    assert page.locator(".statement:visible").count() == 15
    assert page.locator(".claim:visible").count() == 9
    assert page.locator("div.note:visible").count() == page.locator(".judged").count()
    expect(page.locator("[data-script]").first).not_to_be_visible()
    assert page.locator(".copy").count() == 0
    page.get_by_role("button", name="Help and keyboard shortcuts").click()
    expect(page.locator("#help")).to_be_visible()
    expect(page.locator("#help table")).not_to_be_visible()


def test_a_statement_and_its_note_show_that_they_belong_together(
    visit: Visit, hand_made: Path
) -> None:
    page = visit(hand_made)
    statement = page.locator(".statement.depends")
    note = page.locator(f"#{statement.get_attribute('id')}--note")
    expect(note).not_to_have_class(re.compile("lit"))
    statement.locator(".flag").hover()
    expect(note).to_have_class(re.compile("lit"))


def test_a_cell_of_the_matrix_opens_the_first_statement_that_it_counts(
    visit: Visit, hand_made: Path
) -> None:
    page = visit(hand_made)
    row = page.get_by_role("row", name=re.compile("^Is one value for all weights fine"))
    row.get_by_role("link", name=re.compile("refuted")).click()
    expect(page.locator(":target")).to_contain_text("and helps.")
    expect(page.locator(":target")).to_be_in_viewport()


@pytest.mark.parametrize("corrected", [False, True])
def test_paper_has_the_pictures_whole_and_the_key_as_it_was_switched_but_no_switches(
    visit: Visit, hand_made: Path, corrected: bool
) -> None:
    page = visit(hand_made, query="corrected=1" if corrected else "")
    page.emulate_media(media="print")
    for part in (".shade", ".bar", ".dot"):
        expect(page.locator(f"#claim-dropout-factor-of-two--1 .strip {part}")).to_be_visible()
    for gone in (".controls", "nav", ".copy"):
        expect(page.locator(gone).first).not_to_be_visible()
    expect(page.locator(".statement.depends ins")).to_be_visible(visible=corrected)
    expect(page.locator(".notes").first).to_be_visible(visible=not corrected)
