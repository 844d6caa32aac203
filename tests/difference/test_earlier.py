"""The last complete ledger is kept, and the run after it is compared with it."""

from pathlib import Path

import pytest

from refute import ledger as ledgers
from refute.difference.compare import Fact
from refute.difference.earlier import keep, kept, kept_path, named
from refute.ledger import LedgerError
from refute.prose.changes import since
from tests import make
from tests.difference.runs import OTHER, Suite, run

OLD, NEW = Suite().ledger(OTHER), run(Suite().ledger(OTHER), seed=1)


def test_a_complete_ledger_is_kept_before_another_replaces_it(tmp_path):
    path = tmp_path / "verdicts.json"
    ledgers.write(OLD, path)

    keep(path)

    assert ledgers.read(tmp_path / "previous.json") == OLD
    assert ledgers.read(path) == OLD


@pytest.mark.parametrize("state", [{"partial": True}, {"finished": None}])
def test_a_run_that_is_not_whole_is_not_kept(tmp_path, state):
    path = tmp_path / "verdicts.json"
    ledgers.write(OLD, tmp_path / "previous.json")
    ledgers.write(run(NEW, **state), path)

    keep(path)

    assert ledgers.read(tmp_path / "previous.json") == OLD


@pytest.mark.parametrize("text", ["", "{", '{"format": "refute-ledger", "version": 99}'])
def test_an_unreadable_ledger_does_not_replace_a_kept_one(tmp_path, text):
    path = tmp_path / "verdicts.json"
    ledgers.write(OLD, tmp_path / "previous.json")
    path.write_text(text)

    keep(path)

    assert ledgers.read(tmp_path / "previous.json") == OLD


def test_without_a_ledger_there_is_nothing_to_keep(tmp_path):
    keep(tmp_path / "verdicts.json")
    assert list(tmp_path.iterdir()) == []


def test_a_partial_run_is_compared_with_the_last_complete_one():
    assert kept_path(Path("reports/verdicts.json")) == Path("reports/previous.json")
    assert kept_path(Path("reports/partial/verdicts.json")) == Path("reports/verdicts.json")


# --- what a run is compared with -----------------------------------------------------------


@pytest.fixture
def verdicts(tmp_path: Path) -> Path:
    ledgers.write(NEW, tmp_path / "verdicts.json")
    return tmp_path / "verdicts.json"


def test_a_run_is_compared_with_the_kept_ledger(verdicts):
    ledgers.write(OLD, verdicts.with_name("previous.json"))
    assert kept(verdicts).ledger == OLD
    found = since(kept(verdicts), NEW, [])
    assert found.changes.facts == (Fact("seed", "0", "1"),)
    assert found.reason is None


def test_the_first_run_is_compared_with_nothing_and_says_so(verdicts):
    assert kept(verdicts).ledger is None
    assert kept(verdicts).reason == ("No earlier complete run is kept beside the ledger.")


def test_a_broken_earlier_ledger_is_a_reason_not_an_error(verdicts):
    verdicts.with_name("previous.json").write_text("{")
    found = kept(verdicts)
    assert since(found, NEW, []).changes is None
    assert since(found, NEW, []).reason.startswith(
        f"{found.path}: not a ledger of Refute, or truncated"
    )


def test_a_ledger_that_was_named_must_be_readable(tmp_path):
    with pytest.raises(LedgerError, match="cannot read"):
        named(tmp_path / "none.json")


def test_a_ledger_of_another_suite_is_compared_with_nothing(verdicts):
    other = make.ledger([make.claim("some/other", "SUPPORTED", [])])
    found = since(named(verdicts), other, [])
    assert found.changes is None
    assert found.reason == (
        f"{verdicts}: have no claim in common: compare two runs of one claims folder"
    )
