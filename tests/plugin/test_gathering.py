"""What a run has heard is on disk, whenever it is cut short."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from refute import ledger as ledgers
from refute.ledger import Bench, Disagreement, NotMeasured
from refute.plugin.gathering import Gathering
from refute.plugin.payloads import Outline, Payload
from refute.suite import suite_of
from tests import make

RUN = make.ledger([], finished=False, partial=True).run
EVIDENCE = {
    "holds": make.searched("holds", examples=9),
    "fails": make.searched("fails"),
    "undecided": NotMeasured("skipped"),
}
BENCH = Bench("2.13.0", 400)
BROKEN = Bench("2.13.0", 400, [Disagreement("SGD", "momentum", "other numbers")])


@pytest.fixture
def gathering(tmp_path: Path) -> Gathering:
    claims = tmp_path / "claims"
    claims.mkdir()
    (claims / "questions.toml").write_text('draws = "About draws"\nwhole = "About numbers"\n')
    (claims / "test_draws.py").write_text("")
    gathering = Gathering(RUN, suite_of(claims / "test_draws.py"))
    gathering.open()
    return gathering


def payload(id: str, name: str, outcome: str = "holds", bench: Bench | None = None) -> Payload:
    outline = Outline(
        id=id, statement="It is so.", correction=None, depends=None, documentary=None,
        citations=[], path="claims/test_draws.py", location="claims/test_draws.py:1",
        nodeid="claims/test_draws.py::TestIt", command="pytest", cases=["reading", "control"],
    )  # fmt: skip
    role = "control" if name == "control" else "reading"
    return Payload(outline, make.reading(name, outcome, EVIDENCE[outcome], role=role), bench=bench)


def on_disk(gathering: Gathering) -> ledgers.Ledger:
    return ledgers.read(gathering.reports / "partial" / "verdicts.json")


def test_a_claim_is_on_disk_once_all_of_it_has_been_heard(gathering):
    assert gathering.hear(payload("whole/it", "reading")) is None
    assert on_disk(gathering).claims == []
    record = gathering.hear(payload("whole/it", "control", "fails"))
    assert on_disk(gathering).claims == [record]
    assert record.verdict == "SUPPORTED"
    gathering.hear(payload("draws/it", "reading"))
    gathering.hear(payload("draws/it", "control", "fails"))
    assert on_disk(gathering) == gathering.ledger()
    assert [claim.id for claim in on_disk(gathering).claims] == ["draws/it", "whole/it"]


def test_a_reading_that_is_run_again_takes_the_place_of_its_first_record(gathering):
    gathering.hear(payload("whole/it", "reading"))
    gathering.hear(payload("whole/it", "control", "fails"))
    gathering.hear(payload("whole/it", "reading", "undecided"))
    (claim,) = on_disk(gathering).claims
    assert claim.verdict == "UNDECIDED"


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [(None, BENCH, BENCH), (BENCH, BROKEN, BROKEN), (BROKEN, BENCH, BROKEN), (BENCH, None, BENCH)],
)
def test_the_bench_of_any_process_that_is_at_fault_is_on_disk(gathering, first, second, kept):
    gathering.hear(payload("whole/it", "reading", bench=first))
    gathering.hear(payload("whole/it", "control", "fails"))
    gathering.hear(payload("draws/it", "reading", bench=second))
    assert on_disk(gathering).run == replace(RUN, bench=kept)
    assert [claim.id for claim in on_disk(gathering).claims] == ["whole/it"]


def test_a_complete_run_leaves_no_empty_folder_and_removes_no_report(gathering):
    partial = gathering.reports / "partial"
    page = partial / "index.html"
    page.write_text("of a partial run")
    gathering.finish("2024-01-01T00:00:01Z")
    assert [*partial.iterdir()] == [page]

    page.unlink()
    gathering.open()
    gathering.finish("2024-01-01T00:00:02Z")
    assert not partial.exists()
