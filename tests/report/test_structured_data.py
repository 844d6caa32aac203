"""ClaimReview in the page: one for each claim with a verdict; no text ends its element."""

from __future__ import annotations

import json
import re

import pytest

from refute.report.claims import claim_views
from refute.report.page import render
from refute.report.structured_data import embedded
from tests.make import claim, key, ledger, reading
from tests.report.hand_made import KEY, LINKS, one_of_everything
from tests.report.parsed import Page

ELEMENT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def page(claims=None, text=KEY, links=LINKS):
    made = ledger(one_of_everything() if claims is None else claims)
    return render(made, [key(text, links, made)])


def document(*args):
    (element,) = ELEMENT.findall(page(*args))
    return json.loads(element)


def test_claims_with_a_verdict_on_their_truth_are_reviewed_and_no_others():
    found = {review["claimReviewed"]: review for review in document()["@graph"][1:]}
    ratings = {
        words: (review["reviewRating"]["ratingValue"], review["reviewRating"]["alternateName"])
        for words, review in found.items()
    }

    assert ratings == {
        "Dropout slows training down by roughly a factor of two.": (3, "Depends"),
        "Dropout slows training down.": (5, "Supported"),
        "Most networks diverge.": (5, "Supported"),
        "Weights that start equal drift apart.": (1, "Refuted"),
        "Random weights give far better accuracy.": (5, "Supported"),
        "He initialization was designed to keep the variance.": (5, "Supported"),
    }
    for review in found.values():
        assert (review["reviewRating"]["worstRating"], review["reviewRating"]["bestRating"]) == (
            1,
            5,
        )
        assert review["datePublished"] == "2026-03-01"
        assert review["author"] == {"@id": document()["@graph"][0]["@id"]}


def test_every_address_is_a_place_of_the_page():
    html = page()
    root = Page(html).root
    addresses = re.findall(r'"url":"#([^"]+)"', ELEMENT.findall(html)[0])

    assert len(addresses) == 6
    for address in addresses:
        assert root.id(address) is not None


def test_what_the_page_says_beside_a_claim_is_not_said_again():
    for review in document()["@graph"][1:]:
        assert {"reviewBody", "itemReviewed"}.isdisjoint(review)


@pytest.mark.parametrize(
    "hostile", ["</script><script>alert(1)</script>", "<!--", "]]>", "\u2028\u2029", '"}\\', "&lt;"]
)
def test_text_cannot_end_its_element(hostile):
    made = [
        claim(
            "q/x", "REFUTED", [reading("r", "fails", None)], statement=hostile, correction=hostile
        )
    ]
    html = page(made, "It is.", '[[statement]]\nquote = "It is."\nasserts = ["q/x"]\n')
    (element,) = ELEMENT.findall(html)

    assert not re.search("[<>&\u2028\u2029]", element)
    assert json.loads(element)["@graph"][1]["claimReviewed"] == hostile


def test_sixty_claims_that_many_statements_make_stay_below_thirty_kilobytes():
    made = ledger(
        [
            claim(f"q/claim-{n}", "REFUTED", [], statement="word " * 25, correction="word " * 25)
            for n in range(60)
        ]
    )

    assert 20_000 < len(embedded(claim_views(made), made.run).encode()) < 30_000
