"""``refute check``: many keys in a table, everything as JSON, and the run that Refute ships."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from refute.cli.checked_data import as_data
from refute.cli.checking import as_sarif, checked, lines, table
from refute.cli.commands.keys import check as check_command
from refute.cli.commands.ledgers import report
from refute.cli.ledgers import the_ledger
from refute.keys.graded import POSSIBLE
from refute.ledger import Ledger, LedgerError, shipped, write
from refute.ledger.shipped import packed, read_or_shipped
from refute.linking.likely import Likely
from refute.wording import slower
from tests import make, packaging
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


def test_faults_of_a_students_notebook_are_found_before_anything_was_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The notebook was written with these faults; it is checked in a fresh checkout."""
    monkeypatch.chdir(packaging.ROOT)
    run, shipped = read_or_shipped(Path("no run.json"))
    assert shipped
    likely = Likely(run, Path("claims"), Path("answers"))
    checking = checked(Path("tests/cli/student.ipynb"), run, likely, only_code=False)
    assert checking.graded is not None
    assert checking.code is not None
    in_code = {fault.rule.id.rsplit("/")[-1] for fault in checking.code.faults}
    assert in_code >= {
        "accuracy-by-broadcasting", "early-stopping-keeps-last-weights",
        "early-stopping-without-effect", "legacy-optimizer-argument", "mc-by-predict",
        "selu-inputs-not-standardised", "selu-with-plain-dropout", "selu-without-lecun",
        "test-set-as-validation",
    }  # fmt: skip
    possibly = {
        link.claim
        for said in checking.graded.statements if said.mark in POSSIBLE
        for link in said.proposed
    }  # fmt: skip
    assert possibly  # some, and nothing but what is wrong there
    assert possibly <= {
        "bias/pytorch-default-zero", "selu/smooth-everywhere", "momentum/never-converges",
        "sparse/dropout-yields-sparse-network", "dropout/factor-of-two",
        "mc/more-passes-less-uncertainty", "selu/self-normalizes",
        "init/every-weight-same-gradient",
    }  # fmt: skip


def test_many_keys_are_shown_in_a_table(folder: Path) -> None:
    rows = [line.split() for line in table([found("k.md"), found("c.md"), found("none.md")])]
    assert rows == [
        ["key", "statements", "refuted", "depends", "possibly", "proposed", "code", "faults"],
        ["k.md", "3", "1", "0", "0", "1", "0"],
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
    said = {found["text"]: KEY[slice(*found["offsets"])] for found in statements("k.md")}
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
        {
            "claim": "sparse/dropout-prunes",
            "stance": "asserts",
            "force": "plain",
            "readings": [],
            "stated": None,
        }
    ]
    assert dropout["evidence"].startswith("any: ")
    assert (relu["mark"], relu["origin"]) == ("proposed", "proposed")
    assert relu["claims"][0]["claim"] == "act/relu-can-die"
    assert (so["mark"], so["origin"], so["claims"]) == ("unlinked", None, [])


def test_json_has_the_words_that_state_the_conditions_of_a_link(folder: Path) -> None:
    (folder / "k.toml").write_text(
        '[[statement]]\nquote = "Dropout prunes it & all."\nasserts = ['
        '{ claim = "sparse/dropout-prunes", readings = ["any"], stated = "So what." }]\n'
    )
    (link,) = statements("k.md")[1]["claims"]
    assert (link["readings"], link["stated"]) == (["any"], "So what.")


def test_json_has_faults_of_code_and_what_could_not_be_read(folder: Path) -> None:
    code, none = as_data([found("c.md"), found("none.md")], None, shipped=True)["keys"]
    (fault,) = code["code"]
    assert fault["rule"] == "code/dropout-rate-out-of-range"
    assert (fault["line"], fault["column"], fault["severity"]) == (6, 1, "error")
    assert (fault["cell"], fault["cell_line"]) == (None, None)
    assert (fault["end_line"], fault["cell_end_line"]) == (6, None)
    code_line = code["source"].split("\n")[5]
    assert code_line[: fault["end_column"] - 1] == code_line  # it ends after the last character
    assert fault["evidence"] == []  # no claim measures what Keras refuses
    assert (code["cannot_tell"], code["not_parsed"], code["rules_fine"]) == ([], [], [])
    assert none["fault"].startswith("none.md: cannot be read")
    assert "statements" not in none


def test_json_has_the_place_of_everything_in_a_notebook_and_in_its_source(folder: Path) -> None:
    cells = [
        nbformat.v4.new_markdown_cell("# Answers\n\nIt is so."),
        nbformat.v4.new_code_cell(
            "import keras\nrates = 0.5, 50\nkeras.layers.Dropout(\n  rates[1])"
        ),
        nbformat.v4.new_code_cell("é = 'ü' +"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "n.ipynb")
    (data,) = as_data([found("n.ipynb")], ledger(), shipped=False)["keys"]
    rows = data["source"].split("\n")

    statement = data["statements"][1]
    assert (statement["cell"], statement["cell_line"]) == (1, 3)
    assert rows[statement["line"] - 1] == "It is so."
    (fault,), (unparsed,) = data["code"], data["not_parsed"]
    assert (fault["cell"], fault["cell_line"], fault["column"]) == (2, 3, 1)
    assert rows[fault["line"] - 1].startswith("keras.layers.Dropout(")
    assert (fault["cell_end_line"], fault["end_column"]) == (4, 12)
    assert rows[fault["end_line"] - 1] == "  rates[1])"
    assert (unparsed["end_line"], unparsed["cell_end_line"]) == (None, None)  # it is not known
    assert (unparsed["cell"], unparsed["cell_line"], unparsed["column"]) == (3, 1, 10)
    assert rows[unparsed["line"] - 1] == "é = 'ü' +"


SELU = """import keras

keras.layers.Dense(100, activation="selu", kernel_initializer=asked)
keras.layers.Dense(100, activation="selu", kernel_initializer="he_normal")
"""


def test_json_has_what_a_fault_does_as_the_run_measured_it(folder: Path) -> None:
    (folder / "s.md").write_text(f"```python\n{SELU}```\n\n```python\nno (\n```\n")
    he, evidence = make.measured(slower(), 38.0, n=24)
    glorot, other = make.measured(slower(), 0.4, n=24)
    needs = make.claim(
        "selu/needs-lecun-init",
        "DEPENDS",
        [
            make.reading("with Glorot's weights", glorot, other),
            make.reading("with He's weights", he, evidence),
        ],
        statement="Self-normalization needs LeCun initialization.",
        correction="Glorot's weights do as well.",
    )
    run = make.ledger([needs])
    key = checked(Path("s.md"), run, None, only_code=False)
    (data,) = as_data([key], run, shipped=False)["keys"]

    (fault,) = data["code"]
    assert (fault["rule"], fault["line"]) == ("code/selu-without-lecun", 5)
    (effect,) = fault["evidence"]
    number = effect.pop("measured")
    assert number.startswith("With He's weights: ")  # not the one that decides, with Glorot's
    assert f"{evidence.estimate:.2g}" in number
    assert effect == {
        "claim": "selu/needs-lecun-init",
        "statement": "Self-normalization needs LeCun initialization.",
        "verdict": "DEPENDS",
        "reading": "with He's weights",
        "correction": "Glorot's weights do as well.",
    }
    (doubt,) = data["cannot_tell"]
    assert (doubt["rule"], doubt["line"]) == ("code/selu-without-lecun", 4)
    assert data["not_parsed"] == [
        {
            "line": 9,
            "column": 4,
            "cell": None,
            "cell_line": None,
            "end_line": None,
            "cell_end_line": None,
            "end_column": None,
            "why": "'(' was never closed",
        }
    ]
    told = "\n".join(lines(key, run))
    assert f"    measured: selu/needs-lecun-init: {number[:200]}" in told


def test_without_a_run_a_fault_names_the_claims_and_no_number(folder: Path) -> None:
    (folder / "s.py").write_text(SELU)
    (data,) = as_data([checked(Path("s.py"), None, None, only_code=True)], None, shipped=True)[
        "keys"
    ]
    (effect,) = data["code"][0]["evidence"]
    assert effect.pop("claim") == "selu/needs-lecun-init"
    assert set(effect.values()) == {None}


def test_a_rule_that_is_fine_here_and_open_there_is_not_counted_as_fine(folder: Path) -> None:
    (folder / "s.py").write_text(SELU.replace("he_normal", "lecun_normal"))
    code = checked(Path("s.py"), None, None, only_code=True).code
    assert [finding.position.line for finding in code.cannot_tell] == [3]
    assert "code/selu-without-lecun" not in {rule.id for rule in code.fine}


def test_a_statement_of_a_key_that_nobody_linked_may_be_possibly_wrong(folder: Path) -> None:
    write_phrases(folder / "claims")
    (folder / "k.toml").unlink()
    (folder / "k.md").write_text("Dropout prunes the network and makes it sparse.")
    likely = Likely(ledger(), folder / "claims", folder)
    key = checked(Path("k.md"), ledger(), likely, only_code=False)
    (row,) = list(table([key]))[1:]
    assert row.split() == ["k.md", "1", "0", "0", "1", "0", "0"]
    assert key.status == 0  # nothing is refuted before a person says what the statement claims


def check(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "refute", "check", "--ledger", "verdicts.json", *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_without_phrases_one_line_says_why_nothing_is_possibly_wrong(folder: Path) -> None:
    write(ledger(), folder / "verdicts.json")
    told = check("k.md", "c.md")
    assert told.stderr == (
        "claims/phrases: no phrases for these claims, so no statement can be called possibly "
        "refuted or possibly depends: add --claims FOLDER (a clone of Refute has claims/), or "
        "write some (docs/linking.md)\n"
    )
    json_beside = check("--json", "k.md", "c.md")
    assert json_beside.stderr == told.stderr
    assert json.loads(json_beside.stdout)["keys"]
    assert check("--code", "c.md").stderr == ""


def test_after_a_partial_run_one_line_says_so(folder: Path) -> None:
    write(make.ledger(ledger().claims, partial=True), folder / "verdicts.json")
    write_phrases(folder / "claims")
    assert check("k.md", "c.md").stderr == (
        "the run did not finish all claims, so no statement can be called possibly refuted or "
        "possibly depends: run all of them, or name a ledger of such a run with --ledger\n"
    )


def test_of_a_key_without_open_sentences_nothing_is_said_about_phrases(folder: Path) -> None:
    write(ledger(), folder / "verdicts.json")
    (folder / "k.md").write_text(f"# Answers\n\n**1. Explain.**\n\nDropout prunes it.\n\n{CODE}")
    (folder / "k.toml").write_text('[[statement]]\nquote = "Dropout prunes it."\nadvice = "so"\n')
    assert check("k.md").stderr == ""


def test_a_claims_folder_elsewhere_gives_hints(folder: Path) -> None:
    write(ledger(), folder / "verdicts.json")
    write_phrases(folder / "clone" / "claims")
    (folder / "k.toml").unlink()
    (folder / "k.md").write_text("Dropout prunes the network and makes it sparse.")
    told = check("k.md", "--claims", "clone/claims")
    assert told.stderr == ""
    assert "possibly refuted" in told.stdout


def test_the_page_learns_from_the_same_keys_as_the_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else both would have different hints for the keys of another folder."""
    learned_from = []

    class Seen(Likely):
        def __init__(self, run: Ledger, claims: Path, answers: Path, *more: Any) -> None:
            learned_from.append(answers)
            super().__init__(run, claims, answers, *more)

    monkeypatch.setattr("refute.linking.likely.Likely", Seen)
    (folder / "claims").mkdir()
    (folder / "answers").mkdir()
    (folder / "submissions").mkdir()
    write(ledger(), folder / "reports" / "verdicts.json")
    report(answers=Path("submissions"))
    report(answers=Path("submissions"), format=["summary"])
    with pytest.raises(SystemExit):
        check_command([Path("c.md")])
    assert len({path.absolute() for path in learned_from}) == 1
    assert len(learned_from) == 3


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


def test_sarif_of_graded_keys_has_statements_and_code(folder: Path) -> None:
    log = json.loads(as_sarif([found("k.md"), found("c.md"), found("none.md")], ledger()))
    (run,) = log["runs"]
    assert [result["ruleId"] for result in run["results"]] == [
        "sparse/dropout-prunes", "code/dropout-rate-out-of-range",
    ]  # fmt: skip
    assert run["properties"]["statements"]["refuted"] == 1
    assert run["properties"]["code"]["error"] == 1
    assert not run["invocations"][0]["executionSuccessful"]


# --- the run that is shipped ---------------------------------------------------------------


@pytest.fixture
def ships(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Refute that ships the small ledger."""
    write(ledger(), folder / "of-ci.json")
    (folder / shipped.NAME).write_bytes(packed(folder / "of-ci.json"))
    monkeypatch.setattr(shipped, "files", lambda _: folder)
    return folder


def test_without_a_local_run_the_shipped_one_is_used(ships: Path) -> None:
    assert read_or_shipped(ships / "verdicts.json") == (ledger(), True)
    write(make.ledger([]), ships / "verdicts.json")
    assert read_or_shipped(ships / "verdicts.json") == (make.ledger([]), False)


def test_if_none_is_shipped_the_missing_ledger_is_named(ships: Path) -> None:
    (ships / shipped.NAME).unlink()
    with pytest.raises(LedgerError, match=r"verdicts\.json: cannot read the ledger"):
        read_or_shipped(ships / "verdicts.json")


@pytest.mark.parametrize("data", [b"", b"no archive", lzma.compress(b"{}")])
def test_a_damaged_shipped_ledger_is_one_line(ships: Path, data: bytes) -> None:
    (ships / shipped.NAME).write_bytes(data)
    with pytest.raises(LedgerError) as caught:
        read_or_shipped(ships / "verdicts.json")
    assert shipped.NAME in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_partial_run_is_not_shipped(folder: Path) -> None:
    write(make.ledger([], partial=True), folder / "partial.json")
    with pytest.raises(LedgerError, match="is not of a full run"):
        packed(folder / "partial.json")


def test_a_named_ledger_is_never_replaced_by_the_shipped_one(ships: Path) -> None:
    with pytest.raises(LedgerError, match=r"other\.json: cannot read the ledger"):
        the_ledger(ships / "other.json", None)
