"""Sources as the page lists them, and the citations that lead to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from refute.ledger import ClaimRecord, Ledger, Source
from refute.prose.text import source_label
from refute.report.markup import anchors


@dataclass(frozen=True)
class Cite:
    """A citation: a source on the page, and the place in the source."""

    label: str
    href: str
    where: str | None


@dataclass(frozen=True)
class ListedSource:
    """A source in the list of sources."""

    id: str
    source: Source


def listed_sources(ledger: Ledger) -> list[ListedSource]:
    """Every cited source, by key; the key stands in for a source that the ledger lacks."""
    known = {source.key: source for source in ledger.sources}
    keys = sorted({cited.key for claim in ledger.claims for cited in claim.citations})
    ids = anchors("source", keys)
    return [
        ListedSource(id, known.get(key, Source(key, key)))
        for id, key in zip(ids, keys, strict=True)
    ]


def cites(claim: ClaimRecord, sources: Mapping[str, ListedSource]) -> list[Cite]:
    """The citations of a claim; ``sources`` are those of the list, by key."""
    return [
        Cite(
            source_label(cited.key, sources[cited.key].source.text),
            sources[cited.key].id,
            cited.where,
        )
        for cited in claim.citations
    ]
