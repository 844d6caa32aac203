"""The run that Refute ships is of the claims as they are."""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from refute.decision.counts import settle
from refute.decision.published import Standing
from refute.decision.regions import Region
from refute.decision.samples import Sample
from refute.decision.table import QUICK_TABLE, Table
from refute.decision.verdict import Verdict, verdict_of_claim
from refute.ledger import LedgerError, Measured, ReadingRecord, Searched, read
from refute.ledger.shipped import NAME, read_or_shipped, shipped
from refute.plugin.settings import EXAMPLES_BY_EFFORT
from refute.suite import classes_of

ROOT = Path(__file__).parents[2]


def test_the_shipped_run_has_every_claim_and_no_other() -> None:
    ledger, is_shipped = read_or_shipped(ROOT / "no-such-ledger.json")
    assert is_shipped
    assert not ledger.run.partial
    here = {
        str(Path(file).relative_to(ROOT)) + "::" + name
        for file, name in (nodeid.split("::") for nodeid in classes_of(ROOT / "claims"))
    }
    # If it fails: pytest claims/ --refute-fresh, then python .ci/ship.py reports/verdicts.json
    assert {claim.nodeid for claim in ledger.claims} == here


def test_the_shipped_ledger_is_consistent_and_read_as_any_other() -> None:
    # Commands do not check it again.
    assert read(ROOT / "src" / "refute" / "ledger" / NAME) == shipped()


def test_a_damaged_shipped_ledger_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("refute.ledger.shipped.files", lambda _: tmp_path)
    assert shipped() is None
    whole = (ROOT / "src" / "refute" / "ledger" / NAME).read_bytes()
    middle = len(whole) // 2
    damaged = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    for data, words in (
        (damaged, "cannot be unpacked"),
        (whole[:-8], "cannot be unpacked (it is truncated)"),
        (lzma.compress(b"[]"), "belongs to another version"),
    ):
        (tmp_path / NAME).write_bytes(data)
        with pytest.raises(LedgerError) as caught:
            shipped()
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_quick_run_would_leave_claims_open_and_fail_none() -> None:
    # Its replicates are the first ones of this run, and so are its examples.
    ledger, _ = read_or_shipped(ROOT / "no-such-ledger.json")
    open_claims = 0
    for claim in ledger.claims:
        readings = [replace(reading, outcome=_quick_outcome(reading)) for reading in claim.readings]
        quick = replace(claim, readings=readings)
        assert all(reading.standing is not Standing.CONTRADICTED for reading in readings), claim.id
        if (results := quick.results) is not None:
            verdict = verdict_of_claim(results).verdict
            assert verdict in (claim.verdict, Verdict.UNDECIDED), claim.id
            open_claims += verdict != claim.verdict
    assert open_claims > 0, "a quick run decides less"


def _quick_outcome(reading: ReadingRecord) -> str | None:
    """What the looks and examples of the quick effort would have made of a reading or control."""
    match reading.evidence:
        case Measured(timed=False) as measured:
            return _quick_decision(measured)
        case Searched() as searched if searched.found is not None:
            assert searched.examples <= EXAMPLES_BY_EFFORT["quick"], reading.name
    return reading.outcome


def _quick_decision(measured: Measured) -> str:
    bounds = [value if isinstance(value, list) else [value, value] for value in measured.values]
    region = measured.region
    claimed = Region(
        region.words, region.low, region.high, region.low_open, region.high_open, region.of
    )
    lower, upper = np.array(bounds, dtype=float).T
    everything = Sample(lower, upper)
    # Where this run ended at 24 replicates there are none for the look at 32.
    looks = tuple(n for n in QUICK_TABLE.looks if n <= len(everything))
    table = Table.of({n: QUICK_TABLE.allowed(n) for n in looks})
    return settle(everything.first, claimed, table)[0].outcome.value
