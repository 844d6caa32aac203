"""ClaimReview in the page: one for each claim with a verdict; no text ends its element."""

from __future__ import annotations

import json
import re

import pytest

from refute.report.claims import claim_views
from refute.report.keys import key_views
from refute.report.page import render
from refute.report.structured_data import embedded, reviews
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


def test_what_is_true_instead_is_the_body_of_a_review_that_is_not_supported():
    bodies = [review.get("reviewBody") for review in document()["@graph"][1:]]

    assert bodies == [
        "The factor grows with depth: 1.2 with one hidden layer, 2.05 with two.",
        None, None, "They stay equal.", None, None,
    ]  # fmt: skip


def test_every_address_is_a_place_of_the_page():
    html = page()
    root = Page(html).root
    addresses = re.findall(r'"url":"#([^"]+)"', ELEMENT.findall(html)[0])

    assert len(addresses) == 6 + 3  # reviews, and the statements that assert them
    for address in addresses:
        assert root.id(address) is not None
    (place,) = document()["@graph"][1]["itemReviewed"]["appearance"]
    assert place["name"] == "chapter-11.md, line 3"
    assert "by a factor of two." in root.id(place["url"][1:]).words


def test_a_statement_that_denies_a_claim_does_not_appear_as_making_it():
    refuted = next(
        review for review in document()["@graph"] if review.get("reviewBody") == "They stay equal."
    )

    assert "itemReviewed" not in refuted  # the key says the contrary


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


def test_sixty_claims_that_many_statements_make_stay_below_sixty_kilobytes():
    made = ledger(
        [
            claim(f"q/claim-{n}", "REFUTED", [], statement="word " * 25, correction="word " * 25)
            for n in range(60)
        ]
    )
    text = "".join(f"Statement {n} of many.\n\n" for n in range(300))
    links = "".join(
        f'[[statement]]\nquote = "Statement {n} of many."\nasserts = ["q/claim-{n % 60}"]\n'
        for n in range(300)
    )
    claims = claim_views(made)
    keys = key_views([key(text, links, made)], claims)

    assert 30_000 < len(embedded(reviews(claims, keys, made.run)).encode()) < 60_000
