"""Two ledgers are read, or one line says why they cannot be compared."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from refute import ledger as ledgers
from refute.difference.reading_both import DifferenceError, read_both
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
        f"{path}: no complete run before the last one is kept: run `pytest claims/` again, "
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
    ledgers.write(replace(NEW, claims=[replace(OTHER, id="init/another")]), new)
    assert line(old, new) == (
        f"{old}, {new}: have no claim in common: compare two runs of one claims folder"
    )
