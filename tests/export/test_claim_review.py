"""The ClaimReview file links to the page beside it."""

from __future__ import annotations

import json

from refute.export.claim_review import render
from tests.export.material import material


def reviews():
    document = json.loads(render(material()))
    return [node for node in document["@graph"] if node["@type"] == "ClaimReview"]


def test_the_file_holds_the_reviews_and_leads_to_the_page():
    found = reviews()

    assert json.loads(render(material()))["@context"] == "https://schema.org"
    assert len(found) == 6
    assert {review["url"].split("#")[0] for review in found} == {"index.html"}


def test_what_is_true_instead_is_the_body_of_a_review_that_is_not_supported():
    assert [review.get("reviewBody") for review in reviews()] == [
        "The factor grows with depth: 1.2 with one hidden layer, 2.05 with two.",
        None, None, "They stay equal.", None, None,
    ]  # fmt: skip


def test_a_statement_that_asserts_a_claim_is_where_it_appears():
    (place,) = reviews()[0]["itemReviewed"]["appearance"]

    assert place["url"] == "index.html#key-chapter-11--2"
    assert place["name"] == "chapter-11.md, line 3"


def test_a_statement_that_denies_a_claim_does_not_appear_as_making_it():
    refuted = next(review for review in reviews() if review.get("reviewBody") == "They stay equal.")

    assert "itemReviewed" not in refuted  # the key says the contrary
