"""A link leads a reader to its place on the page."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.reading import asked, claims


def test_a_link_to_a_statement_brings_it_into_view_and_marks_it(
    visit: Visit, five_keys: Path
) -> None:
    ids = (
        visit(five_keys)
        .locator(".statement.refuted")
        .evaluate_all("(all) => all.map((element) => element.id)")
    )
    page = visit(five_keys, fragment=ids[-1])
    target = page.locator(":target")
    expect(target).to_be_in_viewport()
    outline = "(element) => getComputedStyle(element).outlineStyle"
    assert target.evaluate(outline) == "solid"


def test_a_link_opens_what_is_folded_around_its_target(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made)
    page.evaluate(
        "() => { document.querySelector('#claim-init-crashes--1 details').id = 'folded' }"
    )
    page.evaluate(
        "() => { const fold = document.querySelector('#folded'); fold.open = false;"
        " fold.querySelector('pre').id = 'inside'; location.hash = 'inside' }"
    )
    expect(page.locator("#inside")).to_be_in_viewport()


def test_a_link_leads_to_its_place_though_a_filter_hides_it(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, query="verdict=refuted", fragment="claim-dropout-factor-of-two")
    expect(page.locator("#claim-dropout-factor-of-two h4")).to_be_in_viewport()
    assert claims(page) == ["claim-dropout-factor-of-two", "claim-init-same-value"]


def test_a_link_within_the_page_leads_out_of_the_filter(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, query="verdict=supported")
    page.get_by_role("row", name=re.compile("^Is one value")).get_by_role(
        "link", name=re.compile("refuted")
    ).click()
    expect(page.locator(":target")).to_contain_text("and helps.")
    expect(page.locator(":target")).to_be_in_viewport()
    assert asked(page) == {"verdict": ["supported"]}


def test_without_the_script_a_link_opens_and_marks_its_target_too(
    visit: Visit, hand_made: Path
) -> None:
    page = visit(hand_made, fragment="claim-init-same-value--1", java_script_enabled=False)
    target = page.locator(":target")
    expect(target).to_be_in_viewport()
    expect(target).to_have_css("outline-style", "solid")
