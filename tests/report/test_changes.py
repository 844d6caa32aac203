"""The page shows what changed since an earlier run, with links to the claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from refute.difference.earlier import Earlier
from refute.ledger import Ledger
from refute.prose.changes import since
from refute.report import render
from tests.difference.runs import FOUND, OTHER, Suite, numbers, on, run
from tests.make import key
from tests.report.parsed import Element, Page

OLD = Suite().ledger(OTHER)
REFUTED = on(Suite(outcome="fails", evidence=FOUND, verdict="REFUTED").ledger(OTHER), torch="3.0")
LINKS = '[[statement]]\nquote = "Dropout is slower."\nasserts = ["dropout/slower"]\n'


def section(old: Ledger | None, new: Ledger, reason: str | None = None) -> Element:
    keys = [key("Dropout is slower.", LINKS, new)]
    earlier = Earlier(Path("reports/previous.json"), old, reason)
    return Page(render(new, keys, since=since(earlier, new, keys))).root


def links(element: Element) -> dict[str, str]:
    return {str(link.attributes["href"]): link.words for link in element.all("a")}


@pytest.fixture(scope="module")
def page() -> Element:
    return section(OLD, REFUTED)


def test_the_section_says_with_what_it_compares_and_what_came_of_it(page: Element) -> None:
    words = page.id("changes").words
    assert "Compared with the run of 2026-03-01 12:33 UTC, seed 0, default effort." in words
    assert "1 verdict of 2 claims changed." in words


def test_what_differs_between_the_environments_stands_side_by_side(page: Element) -> None:
    rows = [[cell.words for cell in row.children] for row in page.id("changes").all("tr")]
    assert rows == [["what", "earlier run", "this run"], ["torch", "2.13.0", "3.0"]]


def test_a_changed_verdict_links_to_its_claim_and_to_the_reading(page: Element) -> None:
    changes = page.id("changes")
    assert "Verdicts that changed: 1" in [heading.words for heading in changes.all("h3")]
    targets = links(changes)
    claim = targets["#claim-dropout-slower"]
    assert claim == "Dropout slows training down by roughly a factor of two."
    reading = next(href for href, words in targets.items() if words == "rate 0.5")
    assert "rate 0.5" in page.id(reading[1:]).words
    assert "✓ supported →became ✗ refuted" in changes.words
    assert "no counterexample in 100 examples →became counterexample: Network(seed=7)" in (
        changes.words
    )


def test_a_statement_with_another_mark_links_to_its_place_in_the_key(page: Element) -> None:
    targets = links(page.id("changes"))
    statement = next(h for h, words in targets.items() if words == "chapter-11.md, line 1")
    assert "Dropout is slower." in page.id(statement[1:]).words


def test_where_nothing_changed_the_section_says_so() -> None:
    words = section(OLD, run(OLD, finished="2026-03-02T10:00:00+00:00")).id("changes").words
    assert "No verdict and no outcome changed (2 claims compared)." in words
    assert "Seed, effort, machine and libraries are the same." in words
    assert "Verdicts that changed" not in words


def test_without_an_earlier_run_the_section_says_why() -> None:
    changes = section(None, OLD, "No complete run before this one is kept.").id("changes")
    assert [element.words for element in changes.children] == [
        "What changed", "No complete run before this one is kept.",
    ]  # fmt: skip
    page = Page(render(OLD, [])).root
    assert "No earlier run was given to compare this one with." in page.id("changes").words


def test_intervals_that_moved_link_to_their_readings() -> None:
    old, new = (Suite(evidence=numbers(centre)).ledger() for centre in (2.0, 2.5))
    changes = section(old, new).id("changes")
    assert "Intervals that moved under the same outcome: 1" in changes.words
    assert links(changes) == {
        "#claim-dropout-slower": "Dropout slows training down by roughly a factor of two.",
        "#claim-dropout-slower--1": "rate 0.5",
    }


def test_a_claim_that_was_removed_is_named_without_a_link() -> None:
    changes = section(OLD, Suite().ledger()).id("changes")
    assert "Claims removed: 1 ✗ refuted Any value is fine." in changes.words
    assert not changes.all("a")


def test_every_link_of_the_section_leads_somewhere(page: Element) -> None:
    ids = {element.attributes["id"] for element in page.all() if "id" in element.attributes}
    assert {href[1:] for href in links(page.id("changes"))} <= ids


def test_an_earlier_ledger_of_a_stranger_stays_text() -> None:
    hostile = '<img src=x onerror=alert(1)>"{{ 7 * 7 }}\u202e\x1b'
    old = Suite(outcome="fails", verdict="REFUTED").ledger(statement=hostile)
    old = on(run(old, effort="quick", finished=hostile), **{hostile: hostile})
    changes = section(old, OLD).id("changes")
    assert not changes.all("img")
    assert "49" not in changes.words
    assert "<img src=x onerror=alert(1)>" in changes.words
    assert not set(changes.text) & {"\u202e", "\x1b"}
