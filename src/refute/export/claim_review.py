"""schema.org ClaimReview as JSON-LD: a review for each claim that has a verdict on its truth.

The rating: 5 supported, 3 depends, 1 refuted.  What is undecided, or has no verdict, has no rating
and no review.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from refute.export.material import Material
from refute.export.notes import notes
from refute.keys.grading import GradedKey
from refute.ledger import ClaimRecord, Ledger
from refute.report.text import anchors
from refute.verdict import Verdict

RATINGS = {
    Verdict.SUPPORTED: (5, "Supported"),
    Verdict.DEPENDS: (3, "Depends"),
    Verdict.REFUTED: (1, "Refuted"),
}
WORST, BEST = 1, 5

_Work = dict[str, str]

MOST_APPEARANCES = 5
"""Statements named of one claim: the page has more of them, and is to stay small."""


def render(material: Material) -> bytes:
    """The document that the page holds, as a file of its own, one line for each review."""
    document = reviews(material.ledger, material.keys, page="index.html")
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def json_ld(ledger: Ledger, keys: Sequence[GradedKey]) -> str:
    """The document for a script element of the page: no text in it can end the element."""
    text = msgspec.json.encode(reviews(ledger, keys)).decode()
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def reviews(ledger: Ledger, keys: Iterable[GradedKey], page: str = "") -> dict[str, Any]:
    """The document; ``page`` is the address of the report, empty within the page itself."""
    appearances = _appearances(keys, page)
    ids = anchors("claim", (claim.id for claim in ledger.claims))
    graph = [
        _review(claim, f"{page}#{id}", appearances.get(claim.id, []), ledger)
        for claim, id in zip(ledger.claims, ids, strict=True)
        if claim.complete and claim.verdict in list(RATINGS)
    ]
    return {"@context": "https://schema.org", "@graph": [_AUTHOR, *graph]}


_AUTHOR = {"@type": "Organization", "@id": "#refute", "name": "Refute"}


def _review(
    claim: ClaimRecord, url: str, appearances: list[_Work], ledger: Ledger
) -> dict[str, Any]:
    rating, name = RATINGS[Verdict(claim.verdict or "")]
    review: dict[str, Any] = {
        "@type": "ClaimReview",
        "url": url,
        "claimReviewed": claim.statement,
        "author": {"@id": "#refute"},
        "datePublished": (ledger.run.finished or ledger.run.started)[:10],
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": rating,
            "bestRating": BEST,
            "worstRating": WORST,
            "alternateName": name,
        },
    }
    if claim.correction and rating != BEST:
        review["reviewBody"] = claim.correction
    if appearances:
        review["itemReviewed"] = {
            "@type": "Claim",
            "appearance": appearances,
        }
    return review


def _appearances(keys: Iterable[GradedKey], page: str) -> dict[str, list[_Work]]:
    """Where each claim is asserted: the statement's place on the page, and in its key."""
    found: dict[str, list[_Work]] = {}
    keys = list(keys)
    ids = anchors("key", (key.key.path.stem for key in keys))
    for key, id in zip(keys, ids, strict=True):
        for note in notes(key):
            work = {
                "@type": "CreativeWork",
                "url": f"{page}#{id}--{note.number}",
                "name": f"{key.key.path.name}, {note.lines}",
            }
            for one in note.graded.claims:
                places = found.setdefault(one.link.claim, [])
                if one.link.asserts and len(places) < MOST_APPEARANCES:
                    places.append(work)
    return found
