"""schema.org ClaimReview as JSON-LD: a review for each claim that has a verdict on its truth.

The rating: 5 supported, 3 depends, 1 refuted.  Undecided claims and claims without a verdict have
no rating and no review.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from refute.decision.verdict import Verdict
from refute.ledger import Run
from refute.prose.reasons import on_what_it_depends
from refute.report.claims import ClaimView
from refute.report.keys import KeyView

RATINGS = {
    Verdict.SUPPORTED: (5, "Supported"),
    Verdict.DEPENDS: (3, "Depends"),
    Verdict.REFUTED: (1, "Refuted"),
}
WORST, BEST = 1, 5

MOST_APPEARANCES = 3
"""The most statements named for a claim; more would only make the page larger."""

_AUTHOR = {"@type": "Organization", "@id": "#refute", "name": "Refute"}


def reviews(
    claims: Mapping[str, ClaimView], keys: Sequence[KeyView], run: Run, page: str
) -> dict[str, Any]:
    """The document of a file of its own; ``page`` is the address of the report."""
    appearances = _appearances(keys, page)
    graph = []
    for id, view in _rated(claims):
        review = _review(view, run, page)
        if body := _body(view):
            review["reviewBody"] = body
        if places := appearances.get(id):
            review["itemReviewed"] = {"@type": "Claim", "appearance": places}
        graph.append(review)
    return _document(graph)


def embedded(claims: Mapping[str, ClaimView], run: Run) -> Markup:
    """The document for a script element of the page: no text in it can end the element.

    The page itself says what is true instead and who says the claim, so this document does not.
    """
    document = _document([_review(view, run, page="") for _, view in _rated(claims)])
    text = msgspec.json.encode(document).decode()
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _document(graph: list[dict[str, Any]]) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@graph": [_AUTHOR, *graph]}


def _rated(claims: Mapping[str, ClaimView]) -> Iterator[tuple[str, ClaimView]]:
    return ((id, view) for id, view in claims.items() if view.verdict in RATINGS)


def _review(view: ClaimView, run: Run, page: str) -> dict[str, Any]:
    rating, name = RATINGS[view.verdict]
    return {
        "@type": "ClaimReview",
        "url": f"{page}#{view.id}",
        "claimReviewed": view.record.statement,
        "author": {"@id": _AUTHOR["@id"]},
        "datePublished": (run.finished or run.started)[:10],
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": rating,
            "bestRating": BEST,
            "worstRating": WORST,
            "alternateName": name,
        },
    }


def _body(view: ClaimView) -> str:
    """What is true instead; empty where the claim is supported or has no correction."""
    rating, _ = RATINGS[view.verdict]
    if not view.record.correction or rating == BEST:
        return ""
    depends = on_what_it_depends(view.record) if rating != WORST else None
    said = f"It {depends}. " if depends else ""
    return f"{said}{view.record.correction}"


def _appearances(keys: Iterable[KeyView], page: str) -> dict[str, list[dict[str, str]]]:
    """Where each claim is asserted: the statement's place on the page, and in its key."""
    found: dict[str, list[dict[str, str]]] = {}
    for key in keys:
        for note in key.notes:
            work = {
                "@type": "CreativeWork",
                "url": f"{page}#{note.id}",
                "name": f"{key.file}, {note.position}",
            }
            for linked in note.graded.claims:
                link = linked.link
                places = found.setdefault(link.claim, [])
                # A statement that says "can" or states conditions may have another verdict.
                like_it = link.asserts and link.force == "plain" and not link.readings
                if like_it and len(places) < MOST_APPEARANCES:
                    places.append(work)
    return found
