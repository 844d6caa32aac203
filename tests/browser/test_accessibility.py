"""axe-core finds no fault with the page, in light and dark, wide and narrow."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from tests.browser.accessibility import (
    ALL_RULES,
    CONTRAST_IN_KEYS,
    REPEATED,
    WITHOUT_CONTRAST,
    faint_text_in_pictures,
    keep_kinds,
    violations,
)
from tests.browser.conftest import Visit


def test_axe_finds_nothing_in_the_five_keys(visit: Visit, five_keys: Path) -> None:
    """Each rule where it could tell a difference, on one of each kind of element.

    Contrast takes most of the time, nearly all of it in the claims, unfolded: theirs is looked at
    in the page that has one of everything.  Contrast in pictures is looked at in all of them.
    """
    light, dark = (visit(five_keys, scheme=scheme) for scheme in ("light", "dark"))
    wide, narrow = (visit(five_keys, width=width) for width in (1280, 360))
    assert [faint for page in (light, dark) for faint in faint_text_in_pictures(page)] == []
    assert all(keep_kinds(page, REPEATED) > 100 for page in (light, dark, wide, narrow))
    contrast = dict.fromkeys((light, dark), CONTRAST_IN_KEYS)
    assert violations(contrast | dict.fromkeys((wide, narrow), WITHOUT_CONTRAST)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_one_of_everything(
    visit: Visit, hand_made: Path, scheme: Literal["light", "dark"]
) -> None:
    pages = [visit(hand_made, width=width, scheme=scheme) for width in (1280, 360)]
    assert violations(dict.fromkeys(pages, ALL_RULES)) == []
    assert [faint for page in pages for faint in faint_text_in_pictures(page)] == []


def test_axe_finds_nothing_with_everything_in_use(visit: Visit, hand_made: Path) -> None:
    """Filters set, the corrected key shown, a target linked to, the help open."""
    page = visit(
        hand_made, query="verdict=refuted,depends&corrected=1", fragment="claim-init-same-value"
    )
    page.get_by_role("button", name="Help").click()
    assert page.locator("#help").is_visible()
    assert violations({page: ALL_RULES}) == []


@pytest.mark.parametrize(
    ("plant", "seen"),
    [
        ("document.querySelector('.claim h4').style.color = '#bbb'", "color-contrast"),
        ("document.documentElement.removeAttribute('lang')", "html-has-lang"),
        ("document.querySelector('main').append(document.createElement('button'))", "button-name"),
        ("document.querySelector('main').append(document.createElement('img'))", "image-alt"),
        (
            "document.querySelector('main').innerHTML += '<svg role=img><path/></svg>'",
            "svg-img-alt",
        ),
    ],
)
def test_axe_finds_what_is_planted(visit: Visit, hand_made: Path, plant: str, seen: str) -> None:
    page = visit(hand_made)
    page.evaluate(f"() => {{ {plant} }}")
    found = violations({page: {"runOnly": [seen]}})
    assert [violation.partition(":")[0] for violation in found] == [seen]


def test_what_differs_from_the_parts_before_it_is_kept(visit: Visit, five_keys: Path) -> None:
    page = visit(five_keys)
    plants = [
        "element.className = 'faint'",
        "element.setAttribute('role', 'button')",
        "element.append(document.createElement('button'))",
        "element.textContent = ''",
    ]
    claims = page.locator(".claim").all()[-len(plants) :]
    names = [claim.get_attribute("id") for claim in claims]
    for claim, plant in zip(claims, plants, strict=True):
        claim.locator("h4").evaluate(f"(element) => {{ {plant} }}")
    keep_kinds(page, REPEATED)
    assert [claim.get_attribute("id") for claim in page.locator(".claim").all()[-4:]] == names


def test_faint_text_in_a_picture_is_found(visit: Visit, hand_made: Path) -> None:
    page = visit(hand_made)
    page.evaluate("() => { document.querySelector('svg text').style.fill = '#bbb' }")
    assert len(faint_text_in_pictures(page)) == 1
