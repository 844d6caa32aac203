"""The run that Refute ships is of the claims as they are."""

from __future__ import annotations

from pathlib import Path

from refute.ledger.shipped import read_or_shipped
from refute.suite import classes_of

ROOT = Path(__file__).parents[2]


def test_the_shipped_run_has_every_claim_and_no_other() -> None:
    ledger, shipped = read_or_shipped(ROOT / "no-such-ledger.json")
    assert shipped
    assert not ledger.run.partial
    here = {
        str(Path(file).relative_to(ROOT)) + "::" + name
        for file, name in (one.split("::") for one in classes_of(ROOT / "claims"))
    }
    # If it fails: pytest claims/ --refute-fresh, then python .ci/ship.py reports/verdicts.json
    assert {claim.nodeid for claim in ledger.claims} == here
