"""A reader copies commands and objections."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.reading import CLIPBOARD, copied, unfolded


def test_the_command_of_a_claim_is_copied(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, **CLIPBOARD)
    claim = unfolded(page, "claim-dropout-factor-of-two")
    claim.get_by_role("button", name="Copy the command", exact=True).click()
    expect(claim.locator(".about .copy")).to_have_text("Copied")
    assert copied(page) == ("pytest claims/test_dropout.py::TestX --refute-seed 0")


def test_the_command_of_one_reading_is_copied(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, **CLIPBOARD)
    claim = unfolded(page, "claim-dropout-factor-of-two")
    claim.locator("summary", has_text="Source of the check").click()
    claim.get_by_role("button", name="Copy the command of no dropout, other seeds").click()
    assert copied(page) == (
        'pytest "claims/test_dropout.py::TestX::test_steps[no dropout, other seeds]" '
        "--refute-seed 0"
    )


def test_an_objection_is_copied_with_the_questions_to_answer(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, **CLIPBOARD)
    (note,) = page.locator(".note.depends").all()
    note.locator("summary", has_text="Object to this mark").click()
    note.get_by_role("button", name="Copy an objection to this mark").click()
    report = copied(page)
    for said in (
        "chapter-11.md, line 3: depends",
        "Sentence: Yes, by a factor of two.",
        "It asserts dropout/factor-of-two",
        "Reading “one hidden layer”: ",
        "seed 0, run of 2026-03-01T12:30:10.5+00:00",
        "What is wrong with this mark?",
    ):
        assert said in report


def test_without_the_script_an_objection_can_be_read(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, java_script_enabled=False)
    note = page.locator(".note.depends").first
    note.locator("summary", has_text="Object to this mark").click()
    expect(note.locator(".objection pre")).to_contain_text("Sentence: Yes, by a factor of two.")
    expect(page.locator("#questions-about-marks")).to_contain_text("What is wrong with this mark?")


def test_where_the_clipboard_is_refused_the_old_way_copies(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, **CLIPBOARD)
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')) }"
    )
    button = unfolded(page, "claim-init-same-value").locator(".about .copy")
    button.click()
    expect(button).to_have_text("Copied")
    assert copied(page).startswith("pytest claims/")
