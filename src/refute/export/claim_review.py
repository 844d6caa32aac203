"""schema.org ClaimReview: the page's structured data as a separate file."""

from __future__ import annotations

import msgspec

from refute.grading.folder import Material
from refute.report.claims import claim_views
from refute.report.keys import key_views
from refute.report.structured_data import reviews
from refute.report.write import PAGE


def render(material: Material) -> bytes:
    """The document; its addresses point to the page beside it."""
    claims = claim_views(material.ledger)
    keys = key_views(material.keys, claims, material.faults)
    document = reviews(claims, keys, material.ledger.run, page=PAGE)
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
