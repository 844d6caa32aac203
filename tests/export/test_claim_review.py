"""The ClaimReview file links to the page beside it."""

from __future__ import annotations

import json

from refute.export.claim_review import render
from tests.export.material import material


def test_the_file_holds_the_reviews_and_leads_to_the_page():
    document = json.loads(render(material()))

    assert document["@context"] == "https://schema.org"
    reviews = [node for node in document["@graph"] if node["@type"] == "ClaimReview"]
    assert len(reviews) == 6
    assert {review["url"].split("#")[0] for review in reviews} == {"index.html"}
    assert reviews[0]["itemReviewed"]["appearance"][0]["url"] == "index.html#key-chapter-11--2"
