"""A reader filters the page, and the address keeps the filters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.reading import asked, claims, opened, statements


def test_verdicts_filter_statements_and_claims_and_are_counted_aloud(
    visit: Visit, hand_made: Path
) -> None:
    page = opened(visit(hand_made))
    page.get_by_role("button", name="refuted").click()
    assert claims(page) == ["claim-init-same-value"]
    assert statements(page) == ["refuted ✗ 14"]
    expect(page.locator("output")).to_have_text("1 of 15 statements, 1 of 9 claims")
    expect(page.locator("output")).to_have_attribute("aria-live", "polite")
    page.get_by_role("button", name="depends").click()
    assert claims(page) == ["claim-dropout-factor-of-two", "claim-init-same-value"]
    assert asked(page) == {"verdict": ["depends,refuted"]}
    page.get_by_role("button", name="Show all").click()
    assert len(claims(page)) == 9
    assert len(statements(page)) == 15
    assert asked(page) == {}


def test_unmeasured_statements_can_be_filtered_for(visit: Visit, hand_made: Path) -> None:
    page = opened(visit(hand_made))
    page.get_by_role("button", name="advice").click()
    assert statements(page) == ["○ 5"]
    assert claims(page) == []
    expect(page.locator(".note.advice")).to_be_visible()


def test_a_question_filters_claims_and_statements_encoded_or_not(
    visit: Visit, hand_made: Path
) -> None:
    page = opened(visit(hand_made))
    page.locator("#question").select_option(label="Is one value for all weights fine?")
    assert {claim.split("-")[1] for claim in claims(page)} == {"init"}
    assert len(claims(page)) == 5
    assert statements(page) == [
        "supported ✓ 4", "no verdict ! 12", "partly checked ◐ 13", "refuted ✗ 14"
    ]  # fmt: skip
    assert not page.locator("#question-dropout").is_visible()
    assert asked(page) == {"question": ["init"]}


def test_a_key_filters_to_itself_and_to_the_claims_that_it_makes(
    visit: Visit, five_keys: Path
) -> None:
    page = opened(visit(five_keys))
    first = page.locator("#key option").nth(1)
    key = first.get_attribute("value")
    page.locator("#key").select_option(key)
    assert [shown.get_attribute("id") for shown in page.locator(".key:visible").all()] == [key]
    assert page.locator(f"#{key} .statement").count() == len(statements(page))
    made = claims(page)
    assert made
    for claim in made:
        assert page.locator(f"#{claim} .said-by a[href^='#{key}--']").count() > 0


def test_text_filters_by_every_word_wherever_it_stands(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made)
    page.get_by_role("searchbox").press_sequentially("WEIGHTS accuracy")
    expect(page.locator("output")).to_have_text("1 of 15 statements, 1 of 9 claims")
    assert claims(page) == ["claim-init-far-better"]
    assert asked(page) == {"text": ["WEIGHTS accuracy"]}


def test_what_matches_nothing_says_so(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, query="text=xylophone")
    expect(page.locator("output")).to_have_text("0 of 15 statements, 0 of 9 claims")
    assert claims(page) == []


def test_a_list_keeps_its_numbers_while_items_are_filtered_away(
    visit: Visit, five_keys: Path
) -> None:
    page = visit(five_keys, query="verdict=refuted")
    shifted = page.evaluate(
        "() => [...document.querySelectorAll('.key-text ol > li')].filter((item) =>"
        " item.value !== [...item.parentElement.children].indexOf(item)"
        " + (item.parentElement.start || 1)).length"
    )
    assert shifted == 0


def test_a_filtered_view_can_be_linked_and_reloaded(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, query="verdict=supported&question=init&corrected=1")
    wanted = ["claim-init-far-better", "claim-init-purpose"]
    assert claims(page) == wanted
    expect(page.get_by_role("button", name="supported")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#question")).to_have_value("init")
    expect(page.get_by_label("Corrected key")).to_be_checked()
    page.reload()
    assert claims(page) == wanted


def test_the_back_button_takes_a_filter_back(visit: Visit, hand_made: Path) -> None:
    page = opened(visit(hand_made))
    page.get_by_role("button", name="refuted").click()
    page.locator("#key").select_option("key-chapter-11")
    page.go_back()
    expect(page.locator("#key")).to_have_value("")
    assert claims(page) == ["claim-init-same-value"]
    page.go_back()
    assert len(claims(page)) == 9
    page.go_forward()
    assert claims(page) == ["claim-init-same-value"]


def test_a_search_is_one_step_back_however_many_letters_it_has(
    visit: Visit, hand_made: Path
) -> None:
    page = visit(hand_made)
    page.get_by_role("searchbox").press_sequentially("accuracy", delay=150)
    expect(page).to_have_url(re.compile("text=accuracy"))
    page.go_back()
    assert asked(page) == {}
    assert len(claims(page)) == 9


@pytest.mark.parametrize(
    "query", ["verdict=nonsense", "question=nonsense&key=nonsense", "%E0%A4%A", "text=%00"]
)
def test_an_address_that_makes_no_sense_shows_a_page(
    visit: Visit, hand_made: Path, query: str
) -> None:
    assert len(visit(hand_made, query=query, fragment="%E0%A4%A").locator(".claim").all()) == 9
