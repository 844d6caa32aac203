"""The result of a reading or control, and where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from refute.claim import ClaimInfo
from refute.decision.outcome import Outcome
from refute.ledger import Cited, Evidence, ReadingRecord, Reused, Source
from refute.prose.text import sources_in_words


@dataclass
class Result:
    """The result of a case: an outcome with its evidence, or an error.

    ``record`` is what the ledger gets of it, once that is made.
    """

    outcome: Outcome | None = None
    evidence: Evidence | None = None
    error: str | None = None
    reused: Reused | None = None
    duration: float = 0.0
    record: ReadingRecord | None = None


RESULT = pytest.StashKey[Result]()


def cite(claim: ClaimInfo, sources: Mapping[str, Source]) -> Result:
    """The result of a documentary claim: the places where ``sources``, by key, discuss it."""
    outcome = Outcome.HOLDS if claim.documentary == "SUPPORTED" else Outcome.FAILS
    texts = {key: source.text for key, source in sources.items()}
    return Result(outcome, Cited(sources_in_words("; ".join(claim.sources), texts)))
