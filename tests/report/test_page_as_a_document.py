"""The page is a valid document, and strangers' text in it stays text."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from refute import report
from refute.ledger import ClaimRecord, Question, Source
from refute.report import render
from refute.wording import roughly
from tests.make import claim, key, ledger, measured, quantity, reading, searched, series
from tests.report.parsed import Element, Page

DATA = "application/ld+json"
SCRIPT = Path(report.__file__).parent / "templates" / "script.js"


# --- the page as a document ----------------------------------------------------------------


def test_ids_are_unique_and_every_link_within_the_page_leads_somewhere(page: Element) -> None:
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    targets = [str(link.attributes["href"]) for link in page.all("a")]
    assert {target[1:] for target in targets if target.startswith("#")} <= set(ids)


def test_a_claim_can_be_linked_to_by_its_id(page: Element) -> None:
    assert page.id("claim-init-same-value").tag == "article"


def test_claims_whose_ids_differ_by_a_hyphen_only_have_different_anchors() -> None:
    run = ledger([claim("a/b-c", "SUPPORTED", []), claim("a-b/c", "SUPPORTED", [])])
    page = Page(render(run, [])).root
    assert [article.attributes["id"] for article in page.all("article")] == [
        "claim-a-b-c",
        "claim-a-b-c-2",
    ]


def executable(page: Element) -> list[Element]:
    """Scripts that a browser runs; it runs no block of data."""
    return [script for script in page.all("script") if script.attributes.get("type") != DATA]


def test_nothing_in_the_page_is_fetched_and_nothing_run_but_its_own_script(page: Element) -> None:
    tags = {element.tag for element in page.all()}
    assert not tags & {"img", "link", "iframe", "object", "embed", "form", "base", "use"}
    for element in page.all():
        assert not [name for name in element.attributes if name.startswith("on")]
        assert not {"style", "src", "srcset", "xlink:href"} & set(element.attributes)
    assert not re.search(r"url\(|@import", page.all("style")[0].text)
    (script,) = executable(page)
    assert script.text == SCRIPT.read_text(encoding="utf-8")


def test_the_security_policy_allows_the_pages_own_style_and_script_and_nothing_else(
    page: Element,
) -> None:
    (style,), (script,) = page.all("style"), executable(page)
    (meta,) = [tag for tag in page.all("meta") if "http-equiv" in tag.attributes]
    of_style, of_script = (
        base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        for element in (style, script)
    )
    assert meta.attributes["content"] == (
        f"default-src 'none'; style-src 'sha256-{of_style}'; script-src 'sha256-{of_script}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_what_needs_the_script_is_hidden_until_it_has_run(page: Element) -> None:
    (search,) = page.all(role="search")
    assert "hidden" in search.attributes
    assert "data-script" in search.attributes
    (switches,) = page.all(class_="switches")
    assert "hidden" not in switches.attributes


def test_every_picture_has_a_text_alternative(page: Element) -> None:
    # charts nest <svg> for places in percent: only the outermost is a picture
    pictures = [picture for picture in page.all("svg") if "role" in picture.attributes]
    assert len(pictures) >= 10
    captions = {element.attributes.get("id"): element.words for element in page.all("figcaption")}
    for picture in pictures:
        title = picture.children[0]
        assert title.tag == "title"
        assert title.words
        if "aria-describedby" in picture.attributes:
            assert captions[picture.attributes["aria-describedby"]]
        else:
            assert picture.children[1].tag == "desc"
            assert picture.children[1].words


# --- text of strangers ---------------------------------------------------------------------


HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "x <!-- unclosed",
    "]]><svg onload=alert(1)>",
    "\u202egnp.exe",
    "nul\x00byte",
    "x" * 10_000,
)


def hostile_run(text: str) -> list[ClaimRecord]:
    outcome, evidence = measured(roughly(2), 2.0, quantity=quantity("value", text))
    evidence.series.append(series(name=text))
    found = searched("fails", counterexample=text, message=text)
    return [
        claim(
            f"{text}/{text}",
            "REFUTED",
            [
                reading(text, outcome, evidence, check=text, code=text),
                reading(text, "fails", found, check=text, code=text),
                reading(text, None, None, check=text, error=text),
            ],
            statement=text,
            why=text,
            correction=text,
        )
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_ledger_stays_text(text: str) -> None:
    run = ledger(hostile_run(text))
    run.questions.append(Question(text, text))
    run.sources[0] = Source("srivastava2014", text, f"javascript:{text}")
    run.run.environment[text] = text
    html = render(run, [])
    page = Page(html).root
    test_nothing_in_the_page_is_fetched_and_nothing_run_but_its_own_script(page)
    test_ids_are_unique_and_every_link_within_the_page_leads_somewhere(page)
    assert not [link for link in page.all("a") if not link.attributes["href"].startswith("#")]
    assert "\x00" not in html
    assert "\u202e" not in html
    shown = text.replace("\x00", "␀").replace("\u202e", "\ufffd")
    assert shown in page.id("claims").text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "place",
    ["{}", "# {}", "- a\n- {}", "```{}\ncode\n```", "```\n{}\n```", "| a |\n|---|\n| {} |", "> {}",
     "[link]({})", "![image]({})", "`{}`", "**{}", "[{}](javascript:alert(1))", "$${}$$"],
)  # fmt: skip
def test_hostile_text_in_a_key_stays_text(text: str, place: str) -> None:
    run = ledger([])
    html = render(run, [key(place.replace("{}", text), "", run)])
    page = Page(html).root
    test_nothing_in_the_page_is_fetched_and_nothing_run_but_its_own_script(page)
    test_ids_are_unique_and_every_link_within_the_page_leads_somewhere(page)
    for link in page.all("a"):
        assert str(link.attributes["href"]).lower().startswith(("#", "http://", "https://"))
    assert "\x00" not in html
    assert "\u202e" not in html


def test_right_to_left_text_is_kept_apart_from_its_surroundings(page: Element) -> None:
    assert "unicode-bidi: isolate" in page.all("style")[0].text
    assert page.all(class_="key-text")[0].attributes["dir"] == "auto"
