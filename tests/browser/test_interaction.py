"""What a reader can do with the page: filter, link, press keys, copy, switch; or just read."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit


def claims(page: Page) -> list[str]:
    """The ids of the claims that can be seen, in order."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.claim')]"
        ".filter((one) => one.checkVisibility()).map((one) => one.id)"
    )
    return found


def statements(page: Page) -> list[str]:
    """The flags of the statements that the view is about: all, or those that a filter keeps."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.statement')]"
        ".filter((one) => one.checkVisibility()"
        " && (!document.querySelector('.filtered') || one.classList.contains('hit')))"
        ".map((one) => one.querySelector('.flag').textContent.replace('\\u202f', ' '))"
    )
    return found


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def unfolded(page: Page, id: str) -> Locator:
    """A claim with its evidence."""
    claim = page.locator(f"#{id}")
    claim.locator("summary", has_text="The evidence").click()
    return claim


def opened(page: Page) -> Page:
    page.get_by_role("button", name="Filter").click()
    return page


# --- filters -------------------------------------------------------------------------------


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


def test_statements_that_nothing_was_measured_of_can_be_filtered_for(
    visit: Visit, hand_made: Path
) -> None:
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
    assert {one.split("-")[1] for one in claims(page)} == {"init"}
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
    assert [one.get_attribute("id") for one in page.locator(".key:visible").all()] == [key]
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


# --- the address ---------------------------------------------------------------------------


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


# --- links to a place ----------------------------------------------------------------------


def test_a_link_to_a_statement_brings_it_into_view_and_marks_it(
    visit: Visit, five_keys: Path
) -> None:
    ids = (
        visit(five_keys)
        .locator(".statement.refuted")
        .evaluate_all("(all) => all.map((one) => one.id)")
    )
    page = visit(five_keys, fragment=ids[-1])
    target = page.locator(":target")
    expect(target).to_be_in_viewport()
    assert target.evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid"


def test_a_link_opens_what_is_folded_around_its_target(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made)
    page.evaluate(
        "() => { document.querySelector('#claim-init-crashes--1 details').id = 'folded' }"
    )
    page.evaluate(
        "() => { const one = document.querySelector('#folded'); one.open = false;"
        " one.querySelector('pre').id = 'inside'; location.hash = 'inside' }"
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


# --- keys to press -------------------------------------------------------------------------


def test_j_and_k_go_from_statement_to_statement_and_on_to_the_claims(
    visit: Visit, hand_made: Path
) -> None:
    page = visit(hand_made)
    judged = page.locator(".judged").evaluate_all("(all) => all.map((one) => one.id)")

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


def test_question_mark_tells_the_keys_and_escape_closes(visit: Visit, hand_made: Path) -> None:
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
    expect(page.get_by_role("heading", name="The answer keys, fact-checked")).to_be_in_viewport()


# --- copying -------------------------------------------------------------------------------


CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def test_the_command_of_a_claim_is_copied(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, **CLIPBOARD)
    claim = unfolded(page, "claim-dropout-factor-of-two")
    claim.get_by_role("button", name="Copy the command", exact=True).click()
    expect(claim.locator(".about .copy")).to_have_text("Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == (
        "pytest claims/test_dropout.py::TestX --refute-seed 0"
    )


def test_the_command_of_one_reading_is_copied(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, **CLIPBOARD)
    claim = unfolded(page, "claim-dropout-factor-of-two")
    claim.locator("summary", has_text="Source of the check").click()
    claim.get_by_role("button", name="Copy the command of no dropout, other seeds").click()
    assert page.evaluate("() => navigator.clipboard.readText()") == (
        'pytest "claims/test_dropout.py::TestX::test_steps[no dropout, other seeds]" '
        "--refute-seed 0"
    )


def test_an_objection_is_copied_with_the_questions_to_answer(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, **CLIPBOARD)
    (note,) = page.locator(".note.depends").all()
    note.locator("summary", has_text="Object to this mark").click()
    note.get_by_role("button", name="Copy an objection to this mark").click()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    for said in (
        "chapter-11.md, line 3: depends",
        "Sentence: Yes, by a factor of two.",
        "It asserts dropout/factor-of-two",
        "Reading “one hidden layer”: ",
        "seed 0, run of 2026-03-01T12:30:10.5+00:00",
        "What is wrong with this mark?",
    ):
        assert said in copied


def test_without_the_script_an_objection_can_be_read(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, java_script_enabled=False)
    note = page.locator(".note.depends").first
    note.locator("summary", has_text="Object to this mark").click()
    expect(note.locator(".objection pre")).to_contain_text("Sentence: Yes, by a factor of two.")
    expect(page.locator("#questions")).to_contain_text("What is wrong with this mark?")


def test_where_the_clipboard_is_refused_the_old_way_copies(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, **CLIPBOARD)
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')) }"
    )
    button = unfolded(page, "claim-init-same-value").locator(".about .copy")
    button.click()
    expect(button).to_have_text("Copied")
    assert page.evaluate("() => navigator.clipboard.readText()").startswith("pytest claims/")


# --- switches ------------------------------------------------------------------------------


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


# --- plainly -------------------------------------------------------------------------------


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
