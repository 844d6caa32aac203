"""The printed page is whole: everything that is folded on the screen is on paper."""

from __future__ import annotations

from pathlib import Path

from refute.ledger import read
from tests.browser.conftest import Visit
from tests.browser.printing import CORRECTED, bare, missing, printed, said


def test_print_has_every_claim_and_all_text_of_the_keys(visit: Visit, five_keys: Path) -> None:
    page = visit(five_keys)
    print_ = printed(page)
    claims = read(five_keys.parent / "verdicts.json").claims
    assert missing([claim.id for claim in claims], print_) == []
    assert missing([claim.statement for claim in claims], print_) == []
    codes = {reading.code for claim in claims for reading in claim.readings}
    assert missing(sorted(codes), print_) == []
    assert missing(said(page, ".key-text"), print_) == []
    assert missing(said(page, "body"), print_) == []


def test_print_of_the_corrected_key_has_what_is_true_instead(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made)
    # What it says stands beside the claim too, so these words are added to tell the two apart.
    page.locator(CORRECTED).first.evaluate("it => it.append(' in the corrected key alone')")
    said_here = bare("in the corrected key alone")
    assert said_here not in printed(page)
    page.get_by_label("Corrected key").check()
    assert said_here in printed(page)


def test_print_is_whole_without_the_pages_script(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, java_script_enabled=False)
    assert missing(said(page, "body"), printed(page)) == []


def test_what_is_not_printed_is_seen(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made)
    page.evaluate("""() => {
        document.querySelector("main").insertAdjacentHTML("afterbegin",
            "<details hidden><summary>unopened</summary><p>folded away for ever</p></details>");
    }""")
    assert missing(said(page, "body"), printed(page)) == ["unopened", "folded away for ever"]
