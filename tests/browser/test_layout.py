"""The page fits its window: nobody has to scroll it sideways, not even on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.browser.layout import outside, sideways, unfold


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_sticks_out_of_the_window(visit: Visit, five_keys: Path, width: int) -> None:
    """320 px are what is left of 1280 at four times the size (WCAG 1.4.10)."""
    page = visit(five_keys, width=width)
    assert sideways(page) <= 0
    unfold(page)
    assert sideways(page) <= 0
    assert outside(page) == []


def test_a_wide_element_is_seen(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made, width=360)
    page.evaluate("""() => {
        const wide = document.createElement("div");
        wide.textContent = "wide";
        wide.style.width = "800px";
        document.querySelector("main").append(wide);
    }""")
    assert sideways(page) > 400
    assert len(outside(page)) == 1


def test_what_is_cut_off_at_the_edge_is_seen_as_well(visit: Visit, hand_made: Path) -> None:
    """Hiding what is too wide keeps the page from scrolling, and the reader from reading."""
    page = visit(hand_made, width=360)
    page.evaluate("""() => {
        document.querySelector("main").style.overflowX = "clip";
        document.querySelector("main h2").style.width = "800px";
    }""")
    assert sideways(page) <= 0
    assert len(outside(page)) == 1


def test_an_objection_leaves_the_notes_beside_prose_their_width(
    visit: Visit, hand_made: Path
) -> None:
    page = visit(hand_made)
    beside_prose = page.locator(".beside:not(:has(> .said pre)) > .notes")
    assert beside_prose.locator(".objection").count() == 2
    widths = beside_prose.evaluate_all("all => all.map((element) => element.clientWidth)")
    assert len(set(widths)) == 1
    (beside_code,) = page.locator(".beside:has(> .said pre) > .notes").all()
    assert beside_code.evaluate("element => element.clientWidth") < widths[0]
