"""Two runs of a small suite, of which tests change one part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from refute.ledger import ClaimRecord, Condition, Evidence, Ledger, Measured, ReadingRecord
from refute.wording import roughly
from tests import make
from tests.make import searched

SEARCHED = searched("holds")
FOUND = searched("fails", counterexample="Network(seed=7)")


def numbers(centre: float, *, timed: bool = False, n: int = 64, what: str = "steps") -> Measured:
    """Replicates around ``centre``; their interval is within a tenth of it."""
    _, evidence = make.measured(roughly(2), centre, n=n, quantity=make.quantity("value", what))
    return replace(evidence, timed=timed)


@dataclass(frozen=True)
class Suite:
    """A claim with a reading and its control, and another claim.

    The control fails in every run: a claim whose reading fails is refuted only where it has none.
    """

    outcome: str | None = "holds"
    evidence: Evidence | None = SEARCHED
    verdict: str | None = "SUPPORTED"
    published: str = "holds"
    conditions: str = "0.5"
    code: str = "code"
    controlled: bool = True

    def reading(self, **changes: Any) -> ReadingRecord:
        made = make.reading(
            "rate 0.5", self.outcome, self.evidence, published=self.published, code=self.code
        )
        return replace(made, **({"conditions": {"rate": Condition(self.conditions)}} | changes))

    def claim(self, **changes: Any) -> ClaimRecord:
        control = make.reading("no dropout", "fails", FOUND, role="control")
        readings = [self.reading(), *([control] if self.controlled else [])]
        made = make.claim("dropout/slower", self.verdict, readings)
        return replace(made, **changes)

    def ledger(self, *more: ClaimRecord, **changes: Any) -> Ledger:
        return make.ledger([self.claim(**changes), *more])


OTHER = make.claim(
    "init/other",
    "REFUTED",
    [make.reading("any", "fails", FOUND, check="test_other")],
    statement="Any value is fine.",
)


def run(ledger: Ledger, **changes: Any) -> Ledger:
    """The ledger as of another run."""
    return replace(ledger, run=replace(ledger.run, **changes))


def on(ledger: Ledger, **environment: str) -> Ledger:
    """The ledger as of another installation or machine."""
    return run(ledger, environment={**ledger.run.environment, **environment})
