"""``refute check``: many keys in a table, everything as JSON, and the run that Refute ships."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from refute.cli.checking import as_data, checked, table
from refute.cli.ledgers import the_ledger
from refute.ledger import LedgerError, shipped, write
from refute.ledger.shipped import packed, read_or_shipped
from refute.linking.likely import Likely
from tests import make
from tests.linking.small import ledger, write_phrases

KEY = "# Answers\n\nDropout *prunes* it &amp; all.\n\n- ReLU units\n  may get stuck.\n- So what.\n"
LINKS = """
[[statement]]
quote = "Dropout prunes it & all."
asserts = ["sparse/dropout-prunes"]
[[statement]]
quote = "ReLU units may get stuck."
proposed = ["asserts act/relu-can-die"]
"""
CODE = "```python\nimport keras\n\nkeras.layers.Dropout(50)\n```\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "k.md").write_text(KEY)
    (tmp_path / "k.toml").write_text(LINKS)
    (tmp_path / "c.md").write_text(f"So.\n\n{CODE}")
    return tmp_path


def found(name: str, **options: bool):
    return checked(Path(name), ledger(), None, only_code=False, **options)


def test_many_keys_are_tabled(folder: Path) -> None:
    rows = [line.split() for line in table([found("k.md"), found("c.md"), found("none.md")])]
    assert rows == [
        ["key", "statements", "refuted", "depends", "possibly", "proposed", "code", "faults"],
        ["k.md", "4", "1", "0", "0", "1", "0"],
        ["c.md", "2", "0", "0", "0", "0", "1"],
        ["none.md", "-", "-", "-", "-", "-", "-"],
    ]


def test_the_worst_key_sets_the_exit_code(folder: Path) -> None:
    assert [found(name).status for name in ("k.md", "c.md", "none.md")] == [1, 1, 2]
    (folder / "d.md").write_text("So.")
    assert found("d.md").status == 0


def statements(name: str) -> list[dict[str, Any]]:
    (key,) = as_data([found(name)], ledger(), shipped=False)["keys"]
    return key["statements"]


def test_json_has_the_offsets_of_every_statement_in_the_source_as_read(folder: Path) -> None:
    said = {one["text"]: KEY[slice(*one["offsets"])] for one in statements("k.md")}
    assert said == {
        "Answers": "Answers",
        "Dropout prunes it & all.": "Dropout *prunes* it &amp; all.",
        "ReLU units may get stuck.": "ReLU units\n  may get stuck.",
        "So what.": "So what.",
    }


def test_json_says_of_every_statement_its_mark_claims_and_who_linked_it(folder: Path) -> None:
    _, dropout, relu, so = statements("k.md")
    assert (dropout["mark"], dropout["origin"], dropout["line"]) == ("refuted", "by hand", 3)
    assert dropout["decisive"] == "sparse/dropout-prunes"
    assert dropout["claims"] == [
        {"claim": "sparse/dropout-prunes", "stance": "asserts", "force": "plain", "readings": []}
    ]
    assert dropout["evidence"].startswith("any: ")
    assert (relu["mark"], relu["origin"]) == ("proposed", "proposed")
    assert relu["claims"][0]["claim"] == "act/relu-can-die"
    assert (so["mark"], so["origin"], so["claims"]) == ("unlinked", None, [])


def test_json_has_faults_of_code_and_what_could_not_be_read(folder: Path) -> None:
    code, none = as_data([found("c.md"), found("none.md")], None, shipped=True)["keys"]
    (fault,) = code["code"]
    assert fault["rule"] == "code/dropout-rate-out-of-range"
    assert (fault["line"], fault["severity"], fault["cell"]) == (6, "error", None)
    assert none["fault"].startswith("none.md: cannot be read")
    assert "statements" not in none


def test_a_statement_of_a_key_that_nobody_linked_may_be_possibly_wrong(folder: Path) -> None:
    write_phrases(folder / "claims")
    (folder / "k.toml").unlink()
    (folder / "k.md").write_text("Dropout makes the model sparse.")
    likely = Likely(ledger(), folder / "claims", folder)
    key = checked(Path("k.md"), ledger(), likely, only_code=False)
    (row,) = list(table([key]))[1:]
    assert row.split() == ["k.md", "1", "0", "0", "1", "0", "0"]
    assert key.status == 0  # nothing is refuted before a person says what the statement claims


def test_the_command_prints_json_that_says_which_run_measured(folder: Path) -> None:
    write(ledger(), folder / "verdicts.json")
    run = subprocess.run(
        [sys.executable, "-m", "refute", "check", "--json", "--ledger", "verdicts.json",
         "k.md", "c.md"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    data = json.loads(run.stdout)
    assert [key["path"] for key in data["keys"]] == ["k.md", "c.md"]
    assert data["run"]["shipped"] is False
    assert data["run"]["seed"] == ledger().run.seed
    assert run.returncode == 1


# --- the run that is shipped ---------------------------------------------------------------


@pytest.fixture
def ships(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Refute that ships the small ledger."""
    write(ledger(), folder / "of-ci.json")
    (folder / shipped.NAME).write_bytes(packed(folder / "of-ci.json"))
    monkeypatch.setattr(shipped, "files", lambda _: folder)
    return folder


def test_without_a_run_of_ones_own_the_shipped_one_counts(ships: Path) -> None:
    assert read_or_shipped(ships / "verdicts.json") == (ledger(), True)
    write(make.ledger([]), ships / "verdicts.json")
    assert read_or_shipped(ships / "verdicts.json") == (make.ledger([]), False)


def test_where_none_is_shipped_the_missing_ledger_is_named(ships: Path) -> None:
    (ships / shipped.NAME).unlink()
    with pytest.raises(LedgerError, match=r"verdicts\.json: cannot read the ledger"):
        read_or_shipped(ships / "verdicts.json")


@pytest.mark.parametrize("data", [b"", b"no archive", lzma.compress(b"{}")])
def test_a_damaged_one_is_one_line(ships: Path, data: bytes) -> None:
    (ships / shipped.NAME).write_bytes(data)
    with pytest.raises(LedgerError) as caught:
        read_or_shipped(ships / "verdicts.json")
    assert shipped.NAME in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_partial_run_is_not_shipped(folder: Path) -> None:
    write(make.ledger([], partial=True), folder / "partial.json")
    with pytest.raises(LedgerError, match="is not of a full run"):
        packed(folder / "partial.json")


def test_a_ledger_that_was_named_is_never_replaced_by_the_shipped_one(ships: Path) -> None:
    with pytest.raises(LedgerError, match=r"other\.json: cannot read the ledger"):
        the_ledger(ships / "other.json", None)
