"""Two ledgers are read, or it is said in one line why they cannot be compared."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from refute import ledger as ledgers
from refute.difference.files import DifferenceError, earlier, keep, read_both
from tests.difference.runs import OTHER, Suite, run

OLD, NEW = Suite().ledger(OTHER), run(Suite().ledger(OTHER), seed=1)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    ledgers.write(OLD, tmp_path / "old.json")
    return tmp_path / "old.json"


@pytest.fixture
def new(tmp_path: Path) -> Path:
    ledgers.write(NEW, tmp_path / "new.json")
    return tmp_path / "new.json"


def test_two_ledgers_are_read_in_their_order(old, new):
    assert read_both(old, new) == (OLD, NEW)


def line(old: Path, new: Path) -> str:
    with pytest.raises(DifferenceError) as caught:
        read_both(old, new)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_ledger_is_named(old, tmp_path):
    assert line(old, tmp_path / "none.json").startswith(f"{tmp_path / 'none.json'}: cannot read")


def test_without_an_earlier_run_it_says_how_to_get_one(new):
    path = new.with_name("previous.json")
    assert line(path, new) == (
        f"{path}: no complete run before the last one is kept here: run `pytest claims/` again, "
        "or name its ledger"
    )


def test_a_broken_ledger_is_named(old, new):
    new.write_text(new.read_text()[:-20])
    assert line(old, new).startswith(f"{new}: ")


def test_another_version_is_named(old, new):
    new.write_text('{"format": "refute-ledger\\u001b[2J", "version": 99}')
    told = line(old, new)
    assert "version 99" in told
    assert "\x1b" not in told


def test_one_file_twice_is_refused_under_any_name(old, tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(old)
    for other in (old, link):
        assert "is the same file as" in line(old, other)


def test_ledgers_of_different_suites_are_refused(old, new):
    ledgers.write(replace(NEW, claims=[replace(OTHER, id="other/suite")]), new)
    assert line(old, new) == (
        f"{old}, {new}: have no claim in common: compare two runs of one claims folder"
    )


# --- the earlier ledger is kept ------------------------------------------------------------


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
def test_what_cannot_be_read_does_not_push_out_what_can(tmp_path, text):
    path = tmp_path / "verdicts.json"
    ledgers.write(OLD, tmp_path / "previous.json")
    path.write_text(text)

    keep(path)

    assert ledgers.read(tmp_path / "previous.json") == OLD


def test_without_a_ledger_there_is_nothing_to_keep(tmp_path):
    keep(tmp_path / "verdicts.json")
    assert list(tmp_path.iterdir()) == []


def test_a_partial_run_is_compared_with_the_last_complete_one():
    assert earlier(Path("reports/verdicts.json")) == Path("reports/previous.json")
    assert earlier(Path("reports/partial/verdicts.json")) == Path("reports/verdicts.json")
