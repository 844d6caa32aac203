"""A reader moves with the keyboard."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_j_and_k_go_from_statement_to_statement_and_on_to_the_claims(
    visit: Visit, hand_made: Path
) -> None:
    page = visit(hand_made)
    judged = page.locator(".judged").evaluate_all("(all) => all.map((element) => element.id)")

    def where() -> str:
        at: str = page.evaluate("() => document.activeElement.closest('.judged, .claim')?.id ?? ''")
        return at

    seen = []
    for _ in range(len(judged) + 1):
        page.keyboard.press("j")
        seen.append(where())
        expect(page.locator(":focus")).to_be_in_viewport()
    assert seen == [*judged, "claim-dropout-factor-of-two"]
    page.keyboard.press("k")
    assert where() == judged[-1]


def test_j_skips_what_a_filter_hides(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, query="verdict=refuted")
    for _ in range(9):
        page.keyboard.press("j")
    assert page.evaluate("() => document.activeElement.closest('.claim').id") == (
        "claim-init-same-value"
    )


def test_slash_searches_and_escape_leaves(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made)
    page.keyboard.press("/")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    page.keyboard.type("j?c/")  # letters are letters in there
    expect(box).to_have_value("j?c/")
    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()


def test_question_mark_opens_the_help_and_escape_closes_it(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made)
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Reading this page")).to_be_visible()
    for key in ("j", "k", "/", "c", "?", "Esc"):
        assert page.locator("#help kbd", has_text=key).first.is_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).not_to_be_visible()


def test_shortcuts_can_be_switched_off(visit: Visit, hand_made: Path) -> None:
    """WCAG 2.1.4: who dictates, or hits keys by accident, needs none of them."""
    page = visit(hand_made)
    page.keyboard.press("?")
    page.get_by_label("Single keys are shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).not_to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()


def test_shortcuts_leave_the_browsers_own_keys_alone(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made)
    page.keyboard.press("Control+c")
    expect(page.get_by_label("Corrected key")).not_to_be_checked()
    page.keyboard.press("c")
    expect(page.get_by_label("Corrected key")).to_be_checked()


def test_the_first_stop_of_the_tab_key_skips_to_the_keys(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the keys")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The answer keys", exact=True)).to_be_in_viewport()
