"""Findings about code in a browser: shown in light and dark, filtered, objected to, printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import hostile
from tests.browser.accessibility import ALL_RULES, violations
from tests.browser.conftest import Visit, page_of
from tests.browser.layout import outside, sideways, unfold
from tests.browser.printing import bare, missing, printed, said
from tests.browser.reading import CLIPBOARD, asked, claims, copied, opened, statements
from tests.browser.test_hostile import ACTIVE, in_key
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


def test_flags_of_lines_that_are_too_long_are_in_sight(visit: Visit, coded: Path) -> None:
    page = visit(coded, width=360)
    code = page.locator(".said pre").first
    edge = code.evaluate("element => element.getBoundingClientRect().right")
    flags = page.locator(".code-flag").all()
    boxes = [flag.bounding_box() for flag in flags]
    assert max(box["x"] + box["width"] for box in boxes) <= edge
    assert len({(box["x"], box["y"]) for box in boxes}) == len(flags) == 7


def test_print_has_every_finding(visit: Visit, coded: Path) -> None:
    page = visit(coded)
    found = said(page, ".key .note.code-mark")
    assert len(found) >= 7
    assert missing(found, printed(page)) == []


def test_a_flag_leads_to_its_note_and_back_and_verdicts_leave_code_out(
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


# --- filters -------------------------------------------------------------------------------


def findings(page: Page) -> list[str]:
    """The flags of the findings that the view is about: all, or those that a filter keeps.

    Each has its note beside it, and no other has.
    """
    kept = ".code-flag.hit" if page.locator(".filtered").count() else ".code-flag"
    flags = [flag for flag in page.locator(kept).all() if flag.is_visible()]
    notes = page.locator(".note.code-mark:visible .number").all_text_contents()
    found = [flag.inner_text().split("\u202f")[-1] for flag in flags]
    assert sorted(found) == sorted(notes)
    return found


def test_code_faults_are_filtered_for_counted_aloud_and_kept_in_the_address(
    visit: Visit, coded: Path
) -> None:
    page = opened(visit(coded))
    buttons = page.get_by_role("group", name="Code")
    buttons.get_by_role("button", name="any fault").click()
    assert findings(page) == ["c1", "c3", "c4", "c6"]
    assert (statements(page), claims(page)) == ([], [])
    output = page.locator("output")
    expect(output).to_have_text("0 of 5 statements, 0 of 1 claim, 4 of 7 findings about code")
    expect(output).to_have_attribute("aria-live", "polite")
    assert asked(page) == {"code": ["fault"]}
    expect(page.locator("#keys").get_by_text("Drop everything")).not_to_be_visible()
    expect(page.locator(".said pre:visible")).to_have_count(1)

    buttons.get_by_role("button", name="any fault").click()
    buttons.get_by_role("button", name="error").click()
    buttons.get_by_role("button", name="not parsed").click()
    assert findings(page) == ["c1", "c6", "c7"]
    page.go_back()
    assert findings(page) == ["c1", "c6"]
    page.reload()
    assert findings(page) == ["c1", "c6"]
    expect(buttons.get_by_role("button", name="error")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Show all").click()
    assert len(findings(page)) == 7
    assert asked(page) == {}


def test_verdicts_and_findings_add_up_and_the_other_filters_narrow_both(
    visit: Visit, coded: Path
) -> None:
    page = visit(coded, query="verdict=supported&code=cannot-tell")
    assert findings(page) == ["c2", "c5"]
    assert (statements(page), claims(page)) == (["supported ✓ 4"], ["claim-mc-active-at-inference"])
    page = visit(coded, query="question=mc")
    assert findings(page) == ["c6"]
    page = visit(coded, query="code=fault&text=rate+fraction")
    assert findings(page) == ["c1"]
    page = visit(coded, query="key=key-coded")
    assert len(findings(page)) == 7
    page = visit(coded, query="code=nonsense")
    assert len(findings(page)) == 7


def test_a_link_leads_to_a_finding_that_is_filtered_away(visit: Visit, coded: Path) -> None:
    page = visit(coded, query="verdict=supported", fragment="key-coded--code-1--note")
    expect(page.locator(":target")).to_be_visible()
    expect(page.locator(":target")).to_be_in_viewport()


def test_without_findings_the_filters_say_nothing_of_them(visit: Visit, hand_made: Path) -> None:
    page = opened(visit(hand_made, query="code=fault"))
    expect(page.get_by_role("group", name="Code")).to_have_count(0)
    expect(page.locator("output")).to_have_text("")
    page.get_by_role("button", name="refuted").click()
    expect(page.locator("output")).to_have_text("1 of 15 statements, 1 of 9 claims")


def test_filters_and_findings_are_reached_and_used_with_the_keyboard(
    visit: Visit, coded: Path
) -> None:
    page = opened(visit(coded))
    page.get_by_role("button", name="any fault").focus()
    page.keyboard.press("Space")
    assert findings(page) == ["c1", "c3", "c4", "c6"]
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="error")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="error")).to_have_attribute("aria-pressed", "true")

    def where() -> str:
        at: str = page.evaluate("() => document.activeElement.id")
        expect(page.locator(":focus")).to_be_in_viewport()
        return at.removeprefix("key-coded--code-")

    seen = []
    for _ in range(5):
        page.keyboard.press("j")
        seen.append(where())
    assert seen == ["1", "3", "4", "6", "6"]
    page.keyboard.press("k")
    assert where() == "4"


def test_print_has_what_the_filter_keeps(visit: Visit, coded: Path) -> None:
    whole, page = visit(coded), visit(coded, query="code=error")
    print_ = printed(page)
    assert missing(said(page, ".note.code-mark.hit"), print_) == []
    filtered_away = bare("The model keeps the weights of the last epoch")
    assert filtered_away in printed(whole)
    assert filtered_away not in print_
    # The list of what was not checked is no part of a view.
    assert (printed(whole).count("Dropeverything"), print_.count("Dropeverything")) == (2, 1)
    assert bare("any fault") not in print_


# --- objections ----------------------------------------------------------------------------


def test_an_objection_to_a_finding_is_copied_with_what_to_answer(visit: Visit, coded: Path) -> None:
    page = visit(coded, **CLIPBOARD)
    note = page.locator("#key-coded--code-6--note")
    note.locator("summary", has_text="Object to this finding").click()
    note.get_by_role("button", name="Copy an objection to this finding").click()
    report, _, answers = copied(page).partition("\n\n")
    assert report.splitlines()[:3] == [
        "coded.md, line 14, column 14: code fault, error",
        "Code: samples = [model.predict(images) for _ in range(100)]; print(model.predict(images))",
        "Rule code/mc-by-predict: Monte Carlo passes with dropout off",
    ]
    assert "Control “nothing on”: a counterexample" in report
    assert answers.startswith("Rules from Refute ")
    assert "What is wrong with this finding?" in answers
    assert "What is wrong with this mark?" not in answers


def test_the_keyboard_copies_an_objection_to_a_finding(visit: Visit, coded: Path) -> None:
    page = visit(coded, **CLIPBOARD)
    note = page.locator("#key-coded--code-1--note")
    note.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_text("Copied")
    assert copied(page).startswith("coded.md, line 10, column 3: code fault, error")


def test_only_faults_are_open_to_objection(visit: Visit, coded: Path, hand_made: Path) -> None:
    page = visit(coded)
    assert page.locator(".code-mark .objection").count() == 4
    assert page.get_by_role("button", name="Copy an objection to this finding").count() == 0
    unfold(page)
    assert page.get_by_role("button", name="Copy an objection to this finding").count() == 4
    assert visit(hand_made).locator(".code-mark .objection").count() == 0


def test_without_the_script_an_objection_to_a_finding_can_be_read(
    visit: Visit, coded: Path
) -> None:
    page = visit(coded, java_script_enabled=False)
    note = page.locator("#key-coded--code-1--note")
    note.locator("summary").click()
    expect(note.locator(".objection pre")).to_contain_text("Code: keras.layers.Dropout(50)")
    expect(page.locator("#questions-about-code")).to_contain_text("which lines show that?")
    expect(page.get_by_role("group", name="Code")).to_have_count(0)


def test_axe_finds_nothing_in_filtered_findings_and_open_objections(
    visit: Visit, coded: Path
) -> None:
    """``violations`` unfolds them."""
    query = "code=fault&verdict=supported"
    pages = [
        visit(coded, query=query, width=width, scheme=scheme)
        for width in (1280, 360)
        for scheme in ("light", "dark")
    ]
    assert violations(dict.fromkeys(pages, ALL_RULES)) == []
    for page in pages:
        assert page.locator(".code-mark .objection .copy:visible").count() == 4
        assert sideways(page) <= 0
        assert outside(page) == []


# --- strangers' code -----------------------------------------------------------------------

FAULT = "keras.layers.Dropout(50)"


@pytest.fixture(scope="module")
def hostile_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page whose key has a fault on a line with every text of a stranger, and on a long line."""
    comments = [*hostile.MARKUP, *hostile.LINKS, *hostile.READ_AS_MARKDOWN, *hostile.CHARACTERS]
    lines = [f"{FAULT}  # {text}" for text in comments]
    text = "\n".join(["# Key", "", "```python", "import keras", *lines, "```", "", *LONG_BLOCK])
    folder = tmp_path_factory.mktemp("hostile-code")
    written = page_of("hostile", text, "", samples.run(), folder)
    assert not written.faults
    return written.page


LONG = f"{FAULT}; x = '{'<' * 150_000}'"
LONG_BLOCK = ["```python", LONG, "```", ""]


def test_a_strangers_line_is_copied_as_it_was_published_and_does_nothing(
    visit: Visit, hostile_code: Path
) -> None:
    page = visit(hostile_code, **CLIPBOARD)
    unfold(page)
    assert page.evaluate("window.harmed") is None
    assert page.evaluate(ACTIVE) == []
    reports = page.locator(".code-mark .objection pre").all_text_contents()
    said = [re.search(r"^Code: (.*)$", report, re.MULTILINE)[1] for report in reports]
    comments = [*hostile.MARKUP, *hostile.LINKS, *hostile.READ_AS_MARKDOWN, *hostile.CHARACTERS]
    *short, long = said
    assert len(short) == len(comments)
    for line, text in zip(short, comments, strict=True):
        if len(text) < 1_000:
            assert line == in_key(f"{FAULT}  # {text}")
        else:
            assert line.startswith(f"{FAULT}  # {text[:300]}")
            assert line.endswith(" more characters)")
    assert long.startswith(LONG[:300])
    assert len(long) < 500
    for number, report in enumerate(reports, start=1):
        note = page.locator(f"#key-hostile--code-{number}--note")
        note.get_by_role("button", name="Copy an objection to this finding").click()
        assert copied(page).startswith(f"{report}\n\nRules from Refute ")


def test_a_long_line_stands_on_the_page_once(hostile_code: Path) -> None:
    """As it was published; what is said of it repeats no more than its beginning."""
    html = hostile_code.read_text(encoding="utf-8")
    assert html.count("&lt;" * 150_000) == 1
    assert html.count("&lt;") < 152_000


def test_hostile_lines_keep_to_the_window_of_a_phone(visit: Visit, hostile_code: Path) -> None:
    page = visit(hostile_code, query="code=fault", width=360)
    unfold(page)
    assert sideways(page) <= 0
    assert outside(page) == []
