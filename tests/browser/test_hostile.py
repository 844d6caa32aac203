"""Strangers' text stays text: it is shown as it was written and does nothing."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, Page

from refute.ledger import write
from refute.report import write_report
from tests.browser import hostile
from tests.browser.conftest import Visit
from tests.browser.layout import outside, sideways, unfold
from tests.make import material_at

ACTIVE = """() => [...document.querySelectorAll("*")].filter((element) =>
    element.matches("iframe, object, embed, img, form, base, link, audio, video, template")
    || [...element.attributes].some((attribute) => attribute.name.startsWith("on")
        || /^\\s*(javascript|vbscript|data|file):/i.test(attribute.value))
).map((element) => element.outerHTML.slice(0, 200))"""
"""Elements that would act or ask for something, and that no report has."""


@pytest.fixture(scope="module")
def page_of_strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("strangers")
    hostile.keys(folder / "answers")
    write(hostile.run(), folder / "verdicts.json")
    written = write_report(material_at(folder / "verdicts.json", folder / "answers"), folder)
    assert not written.faults
    return written.page


def shown(text: str) -> str:
    """How a text is read on the page: what cannot be seen, or turns the rest round, is marked."""
    return text.translate(
        {0: "␀", 0x1B: "␛"}
        | dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)
    )


def in_key(text: str) -> str:
    """The same of a key, whose control characters are replaced where it is read."""
    return shown(text).replace("␀", "\ufffd").replace("␛", "\ufffd")


def own_elements(page: Page) -> list[int]:
    """How many scripts, styles and headers the page has."""
    return [page.locator(tag).count() for tag in ("script", "style", "meta", "head *")]


def test_strangers_text_neither_acts_nor_becomes_an_element(
    visit: Visit, page_of_strangers: Path, hand_made: Path
) -> None:
    """The watch sees requests and what the security policy blocked, as on every visit."""
    page = visit(page_of_strangers)
    unfold(page)
    assert page.evaluate("window.harmed") is None
    assert page.evaluate(ACTIVE) == []
    assert own_elements(page) == own_elements(visit(hand_made))
    elsewhere = page.locator("a:not([href^='#'])").evaluate_all("all => all.map((a) => a.href)")
    assert {link for link in elsewhere if not link.startswith("https://example.org/")} == set()


@pytest.mark.parametrize("text", [*hostile.MARKUP[3:6], " ".join(hostile.MARKUP)])
def test_what_an_address_asks_for_stays_text(visit: Visit, hand_made: Path, text: str) -> None:
    """A link to the page could hold anything, too."""
    asked = dict.fromkeys(["verdict", "question", "key", "text", "corrected"], text)
    page = visit(hand_made, query=urlencode(asked), fragment=quote(text))
    assert page.evaluate("window.harmed") is None
    assert page.evaluate(ACTIVE) == []
    assert page.get_by_role("searchbox").input_value() == text


def test_strangers_text_is_seen_as_it_was_written(visit: Visit, page_of_strangers: Path) -> None:
    page = visit(page_of_strangers)
    unfold(page)
    claims = page.locator("#claims").inner_text()
    assert [text for text in hostile.TEXTS if shown(text) not in claims] == []
    for key, place in zip(page.locator("article.key").all(), sorted(hostile.PLACES), strict=True):
        texts = hostile.TEXTS if place in ("span", "code") else hostile.AS_WRITTEN
        if place == "link":  # a bracket would end it
            texts = [text for text in texts if not {"[", "]"} & set(text)]
        if place not in ("span", "code"):  # what a key says in a comment, it says to nobody
            texts = [text for text in texts if "<!--" not in text]
        seen = key.inner_text()
        assert [text for text in texts if in_key(text) not in seen] == [], place


def test_strangers_text_keeps_to_the_window_of_a_phone(
    visit: Visit, page_of_strangers: Path
) -> None:
    page = visit(page_of_strangers, width=360)
    unfold(page)
    assert sideways(page) <= 0
    assert outside(page) == []


@pytest.mark.parametrize("policy", [True, False])
def test_text_that_is_let_through_is_seen(
    browser: Browser, page_of_strangers: Path, tmp_path: Path, policy: bool
) -> None:
    """A page that did not escape: without its security policy, harm is done."""
    html = page_of_strangers.read_text(encoding="utf-8").replace("&lt;", "<").replace("&gt;", ">")
    if not policy:
        html = html.replace("Content-Security-Policy", "x-no-policy")
    file = tmp_path / "raw.html"
    file.write_text(html, encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        page.route("https://**", lambda route: route.abort())
        page.goto(file.as_uri(), wait_until="commit")
        page.wait_for_selector("iframe", state="attached")
        assert bool(page.evaluate("window.harmed")) is not policy
        assert page.evaluate(ACTIVE) != []
