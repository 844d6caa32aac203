"""The page shows a key whole, every statement marked and with its note."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from refute.keys.graded import Mark
from refute.report import render
from refute.wording import roughly
from tests.make import claim, key, ledger, measured, reading
from tests.report.hand_made import one_of_everything
from tests.report.parsed import Element, Page


def test_every_statement_but_headings_is_flagged_and_has_its_note(page: Element) -> None:
    statements = page.all("span", class_="statement")
    assert len(statements) == 15
    for statement in statements:
        (flag,) = statement.all(class_="flag")
        (note,) = [
            note
            for note in page.all(class_="note")
            if any(
                link.attributes["href"] == f"#{statement.attributes['id']}"
                for link in note.all("a", class_="number")
            )
        ]
        sign, word = note.all("b")[0].words.split(" ", 1)
        assert word in {mark.value for mark in Mark}
        assert sign in flag.text
        if flag.tag == "a":
            assert flag.all(class_="hidden")[0].words == word
            assert flag.attributes["href"] == f"#{note.attributes['id']}"


def test_unmeasured_statements_share_a_line_beside_their_block(
    page: Element,
) -> None:
    (block,) = [aside for aside in page.all(class_="beside") if "default, see" in aside.words]
    (note,) = block.all("p", class_="advice")
    assert note.words == "○ advice 5"


def note_of(page: Element, start: str) -> str:
    (statement,) = [
        span for span in page.all("span", class_="statement") if span.words.startswith(start)
    ]
    return page.id(f"{statement.attributes['id']}--note").words


def test_a_note_holds_verdict_reason_number_correction_and_claim(page: Element) -> None:
    note = note_of(page, "Yes, by a factor of two.")
    for part in (
        "± depends",
        "1.22 times as many steps to loss (1.08 to 1.36 in 32 pairs)",
        "Claimed: roughly 2 (1.5 to 2.7).",
        "Reading: one hidden layer.",
        "Holds: two hidden layers. Fails: one hidden layer.",
        "The factor grows with depth",
        "dropout/factor-of-two",
    ):
        assert part in note


def test_a_statement_that_denies_a_refuted_claim_is_supported(page: Element) -> None:
    note = note_of(page, "Weights that start equal stay equal.")
    assert "✓ supported" in note
    assert "Denies: “Weights that start equal drift apart.”" in note
    assert "✗ denies init/same-value" in note


CORRECTED = """
One sentence of two. Yes, by a factor of two. Again, by a factor of two.

It is twice, as said.
"""
CORRECTED_LINKS = """
[[statement]]
quote = "Yes, by a factor of two."
asserts = ["dropout/factor-of-two"]
[[statement]]
quote = "Again, by a factor of two."
asserts = ["dropout/factor-of-two"]
[[statement]]
quote = "It is twice, as said."
asserts = ["dropout/factor-of-two"]
[[statement]]
quote = "One sentence of two."
denies = ["init/same-value"]
"""


@pytest.fixture(scope="module")
def corrected() -> Element:
    run = ledger(one_of_everything())
    return Page(render(run, [key(CORRECTED, CORRECTED_LINKS, run)])).root


def test_the_corrected_key_strikes_what_depends_and_says_what_is_true_once_a_block(
    corrected: Element,
) -> None:
    statements = corrected.all("span", class_="statement")
    struck = [span.all("del")[0].words if span.all("del") else None for span in statements]
    assert struck == [
        None,
        "Yes, by a factor of two.",
        "Again, by a factor of two.",
        "It is twice, as said.",
    ]
    true = "The factor grows with depth: 1.2 with one hidden layer, 2.05 with two."
    instead = [span.all("ins")[0].words if span.all("ins") else None for span in statements]
    assert instead == [None, true, None, true]


def test_a_note_that_would_repeat_another_of_its_block_refers_to_it(corrected: Element) -> None:
    _, first, again = corrected.all("div", class_="note")[:3]
    assert "1.22 times as many steps" in first.words
    assert again.words.startswith("3 ± depends see 2")
    assert again.all("a")[1].attributes["href"] == f"#{first.attributes['id']}"


def test_conditions_beyond_the_third_are_counted() -> None:
    outcome, evidence = measured(roughly(2), 1.2, n=32)
    readings = [reading(f"case {number}", outcome, evidence) for number in range(5)]
    held, two = measured(roughly(2), 2.05)
    run = ledger([claim("dropout/x", "DEPENDS", [reading("two", held, two), *readings])])
    links = '[[statement]]\nquote = "It is twice."\nasserts = ["dropout/x"]'
    page = Page(render(run, [key("It is twice.", links, run)])).root
    assert "Fails: case 0; case 1; case 2; 2 more." in note_of(page, "It is twice.")


def test_a_key_is_typeset_whole_and_in_order(page: Element) -> None:
    key_text = page.all(class_="key-text")[0]
    assert page.all("article", class_="key")[0].all("h3")[0].words == "Chapter 11"
    assert not [
        element for element in key_text.all() if element.tag in ("h3", "h4")
    ]  # the title, once
    assert key_text.all("em")[0].words == "stay"
    assert key_text.all("table")[0].all("td")
    assert key_text.all("blockquote")
    said = " ".join(element.words for element in key_text.all(class_="said"))
    order = ["Does dropout", "Yes, by", "It is a good", "model.add", "Nobody linked"]
    places = [said.index(words) for words in order]
    assert places == sorted(places)


def test_headings_of_a_key_rank_below_its_title_without_gaps() -> None:
    text = "# Title\n\n## Part\n\n#### Deep\n\nText.\n\n## Other part\n\n# Another\n"
    run = ledger([])
    page = Page(render(run, [key(text, "", run)])).root
    article = page.all("article", class_="key")[0]
    headings = [heading for heading in article.all() if re.fullmatch("h[1-6]", heading.tag)]
    assert [(heading.tag, heading.words) for heading in headings] == [
        ("h3", "Title"),
        ("h4", "Part"),
        ("h5", "Deep"),
        ("h4", "Other part"),
        ("h4", "Another"),
    ]


def test_a_first_heading_that_claims_something_stays_in_the_text() -> None:
    run = ledger(one_of_everything())
    links = '[[statement]]\nquote = "Twice as long"\nasserts = ["dropout/factor-of-two"]'
    page = Page(render(run, [key("# Twice as long\n\nText.", links, run)])).root
    assert page.all(class_="key-text")[0].all("h4")[0].all("span", class_="depends")


def test_links_of_a_key_are_footnotes_on_paper_each_address_once() -> None:
    text = (
        "See [one](https://example.org/1?a=b&c=d), [two](http://example.org/2) and "
        "[one again](https://example.org/1?a=b&c=d), not [here](#local)."
    )
    run = ledger([])
    article = Page(render(run, [key(text, "", run)])).root.all("article", class_="key")[0]
    assert [mark.text for mark in article.all("sup", class_="paper")] == ["[1]", "[2]", "[1]"]
    (notes,) = article.all("ol", class_="paper")
    assert [item.text for item in notes.all("li")] == [
        "https://example.org/1?a=b&c=d",
        "http://example.org/2",
    ]


def test_code_carries_its_statement_where_it_stands(page: Element) -> None:
    (code,) = [
        block
        for block in page.all(class_="key-text")[0].all("pre")
        if block.all("span", class_="statement")
    ]
    first, second = code.all("span", class_="statement")
    assert first.text.startswith("model = Sequential()")
    assert second.text.startswith("model.add(Dropout(0.5))")
    assert "no verdict" in note_of(page, "model.add")
    assert "line 16" in note_of(page, "model.add")


def test_a_claim_names_the_statements_that_make_it(page: Element) -> None:
    said = page.id("claim-init-same-value").all("dd", class_="said-by")[0]
    assert said.words == "chapter-11.md, line 5 (denies it)"
    (link,) = said.all("a")
    assert page.id(str(link.attributes["href"])[1:]).words.startswith("Weights that start equal")


def test_a_claim_says_how_many_keys_make_it_and_those_of_none_stand_last() -> None:
    held, evidence = measured(roughly(2), 2.0)
    readings = [reading("any", held, evidence)]
    run = ledger([claim(f"dropout/{name}", "SUPPORTED", readings) for name in ("made", "unheard")])
    says = '[[statement]]\nquote = "It is so."\nasserts = ["dropout/made"]'
    denies = says.replace("asserts", "denies")
    keys = [
        key("It is so.", links, run, Path(f"answers/{name}.md"))
        for name, links in zip("abcd", (says, says, denies, ""), strict=True)
    ]
    root = Page(render(run, keys)).root

    (also,) = root.all(class_="also")
    assert "Also checked, although no key here makes these claims." in also.text
    assert "dropout/unheard" in also.text
    assert "dropout/made" not in also.text
    assert "said by 2, denied by 1 of 4 keys" in root.id("claim-dropout-made").text
    assert "2, 1 in no key" in root.all("nav")[0].text
    alone = Page(render(run, [])).root
    assert "in no key" not in alone.all("nav")[0].text
    assert "Also checked" not in alone.text


def test_a_key_that_nothing_is_linked_to_says_that_nothing_was_checked() -> None:
    run = ledger([])
    unlinked = key("One sentence.", "", run)
    page = Page(render(run, [replace(unlinked, links_path=None)])).root
    assert "Nothing of this key was checked" in page.all("article", class_="key")[0].words
