"""The result of a reading or control, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from refute.claim import ClaimInfo
from refute.decision.outcome import Outcome
from refute.ledger import Cited, Evidence, Reused


@dataclass
class Result:
    """The result of a case: an outcome with its evidence, or an error."""

    outcome: Outcome | None = None
    evidence: Evidence | None = None
    error: str | None = None
    reused: Reused | None = None
    duration: float = 0.0


RESULT = pytest.StashKey[Result]()


def cite(claim: ClaimInfo) -> Result:
    """The result of a documentary claim: what its sources say."""
    outcome = Outcome.HOLDS if claim.documentary == "SUPPORTED" else Outcome.FAILS
    return Result(outcome, Cited("; ".join(claim.sources)))
