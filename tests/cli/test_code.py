"""The code of keys, notebooks and Python files as ``refute check`` reports it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import nbformat
import pytest

from refute.cli.checking import FOUND, checked, lines
from refute.cli.terminal import BAD_INPUT
from refute.keys.code.places import Place
from refute.keys.code.rules.answers import Body, Fine, rule
from refute.keys.code.rules.table import RuleError, rules
from tests import make
from tests.export.material import schema

FAULTY = "import keras\n\ndrop = keras.layers.Dropout(50)\n"
FINE = "import keras\n\ndrop = keras.layers.Dropout(0.5)\n"


def check_code(path: Path) -> tuple[str, int]:
    found = checked(path, None, None, only_code=True)
    return "\n".join(lines(found, None)), found.status


def test_a_fault_is_reported_at_its_line_with_a_fix(tmp_path: Path) -> None:
    path = tmp_path / "answer.py"
    path.write_text(FAULTY)
    text, code = check_code(path)
    assert code == FOUND
    first, fix, score = text.splitlines()
    assert first == (
        f"{path}:3:8: error: a dropout rate of 50 is not between 0 and 1 "
        "(code/dropout-rate-out-of-range)"
    )
    assert fix.startswith("    fix: ")
    assert score == f"{path}: code: 1 error, 0 rules fine"


def test_fine_code_is_counted_and_silent(tmp_path: Path) -> None:
    path = tmp_path / "answer.py"
    path.write_text(FINE)
    assert check_code(path) == (f"{path}: code: 1 rule fine", 0)


def test_lines_of_a_key_are_those_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "key.md"
    path.write_text(f"# Key\n\nText.\n\n```python\n{FAULTY}```\n\n```\nno code at all (\n```\n")
    text, _ = check_code(path)
    assert text.startswith(f"{path}:8:8: error: ")
    assert ": not parsed: " not in text


def test_the_text_above_a_block_names_its_step(tmp_path: Path) -> None:
    path = tmp_path / "key.md"
    path.write_text(
        "- **d. SELU instead of batch normalization.**\n  ```python\n  import keras\n\n"
        '  layer = keras.layers.Dense(100, activation="elu")\n  ```\n'
    )
    text, code = check_code(path)
    assert code == FOUND
    assert f"{path}:5:11: wrong: this step should use SELU" in text


@pytest.mark.parametrize("name", ["answer.py", "answer.ipynb", "answer.md"])
def test_code_that_is_not_python_fails_a_check_of_code_alone(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    code = "import keras\nmodel = keras.Sequential(\n"
    if name.endswith(".ipynb"):
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), path)
    else:
        path.write_text(code if name.endswith(".py") else f"```python\n{code}```\n")
    where = {"answer.py": "2", "answer.ipynb": "cell 1:2", "answer.md": "3"}[name]
    assert check_code(path) == (
        f"{path}:{where}:25: not parsed: '(' was never closed\n"
        f"{path}: code: 0 rules fine, 1 not parsed",
        FOUND,
    )
    if not name.endswith(".py"):  # a key may sketch its code: that is shown, and fails nothing
        key = checked(path, make.ledger([]), None, only_code=False)
        assert f"{path}:{where}:25: not parsed: " in "\n".join(lines(key, make.ledger([])))
        assert key.status == 0


def test_a_key_without_code_is_not_mentioned(tmp_path: Path) -> None:
    path = tmp_path / "key.md"
    path.write_text("# Key\n\nText.\n")
    assert check_code(path) == ("", 0)


def test_a_fault_in_a_notebook_is_reported_by_cell_and_line(tmp_path: Path) -> None:
    path = tmp_path / "answer.ipynb"
    cells = [
        nbformat.v4.new_markdown_cell("# Answers"),
        nbformat.v4.new_code_cell("%matplotlib inline\nimport keras"),
        nbformat.v4.new_code_cell("rate = 50\ndrop = keras.layers.Dropout(rate)"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    text, code = check_code(path)
    assert code == FOUND
    assert text.startswith(f"{path}:cell 3:2:8: error: a dropout rate of 50")


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "no JSON", '{"cells": 3}', '{"nbformat": 99, "nbformat_minor": 0}', "\0"],
)
def test_what_is_no_notebook_is_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "answer.ipynb"
    path.write_text(content)
    text, code = check_code(path)
    if code != 0:  # an empty object is a notebook without cells to nbformat
        assert code == BAD_INPUT
        assert text.startswith(f"{path}: ")
        assert len(text.splitlines()) == 1


def run(where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "refute", *arguments],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_code_alone_needs_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "answer.py").write_text(FAULTY)
    (tmp_path / "other.py").write_text(FINE)
    told = run(tmp_path, "check", "--code", "answer.py", "other.py")
    assert told.returncode == FOUND
    assert "answer.py:3:8: error" in told.stdout
    assert "other.py: code: 1 rule fine" in told.stdout


def test_sarif_of_code_includes_python_files_and_unreadable_files(
    tmp_path: Path,
) -> None:
    (tmp_path / "answer.py").write_text(FAULTY)
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(FAULTY)]), tmp_path / "n.ipynb"
    )
    told = run(tmp_path, "check", "--code", "--sarif", "out/x.sarif", "answer.py", "n.ipynb", "no")
    assert told.returncode == BAD_INPUT
    log = json.loads((tmp_path / "out/x.sarif").read_text())
    jsonschema.Draft4Validator(schema("sarif-schema-2.1.0.json")).validate(log)
    (only,) = log["runs"]
    assert [rule["id"] for rule in only["tool"]["driver"]["rules"]] == [rule.id for rule in rules()]
    places = [result["locations"][0]["physicalLocation"] for result in only["results"]]
    assert [place["artifactLocation"]["uri"] for place in places] == ["answer.py", "n.ipynb"]
    assert [place["region"] for place in places] == [
        {"startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 32},
        {"startLine": 1},  # of a notebook, only the message has the place
    ]
    (invocation,) = only["invocations"]
    assert not invocation["executionSuccessful"]
    (said,) = invocation["toolConfigurationNotifications"]
    assert said["message"]["text"].startswith("no: is not a key")


def test_a_file_name_that_is_not_text_is_reported_in_every_format(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\x1b.py")).write_text(FAULTY)
    arguments = [os.fsdecode(b"\xff\x1b.py"), os.fsdecode(b"\xfe")]
    for form in ((), ("--json",), ("--sarif", "x.sarif")):
        told = run(tmp_path, "check", "--code", *form, *arguments)
        assert told.returncode == BAD_INPUT
        assert "Traceback" not in told.stderr
        assert "\x1b" not in told.stdout + told.stderr
    (log,) = json.loads((tmp_path / "x.sarif").read_text())["runs"]
    assert log["artifacts"][0]["location"]["uri"] == "%FF%1B.py"
    assert (
        "\x1b" not in log["invocations"][0]["toolConfigurationNotifications"][0]["message"]["text"]
    )


def test_sarif_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "answer.py").write_text(FINE)
    (tmp_path / "file").write_text("")
    told = run(tmp_path, "check", "--code", "--sarif", "file/x.sarif", "answer.py")
    assert told.returncode == BAD_INPUT
    measured, error = told.stderr.splitlines()
    assert measured.startswith("Measured by the run that comes with Refute")
    assert error.startswith("refute: file")


def test_the_rules_are_listed(tmp_path: Path) -> None:
    listed = json.loads(run(tmp_path, "rules", "--json").stdout)
    assert [rule["id"] for rule in listed] == [rule.id for rule in rules()]
    assert all(rule["fix"] and rule["title"] for rule in listed)


class _Entry:
    value = "somebody.rules:mine"

    def __init__(self, loaded: object) -> None:
        self.loaded = loaded

    def load(self) -> object:
        if isinstance(self.loaded, Exception):
            raise self.loaded
        return self.loaded


def test_a_package_adds_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = rule("code/mine", "mine", severity="note", fix="None.")(
        lambda facts: [Fine(Place(1, 1))]
    )
    monkeypatch.setattr("refute.keys.code.rules.table.entry_points", lambda group: [_Entry(mine)])
    rules.cache_clear()
    try:
        assert mine in rules()
    finally:
        rules.cache_clear()


@pytest.mark.parametrize("loaded", [ImportError("gone"), "no rule", rules()[0]])
def test_a_rule_that_cannot_be_used_is_one_line(
    monkeypatch: pytest.MonkeyPatch, loaded: object
) -> None:
    monkeypatch.setattr("refute.keys.code.rules.table.entry_points", lambda group: [_Entry(loaded)])
    rules.cache_clear()
    try:
        with pytest.raises(RuleError, match=r"^somebody\.rules:mine: "):
            rules()
    finally:
        rules.cache_clear()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (lambda facts: [Fine(Place(1 // 0, 1))], "ZeroDivisionError("),
        (lambda facts: [Fine(3)], "AttributeError("),  # a line where a place is due
    ],
)
def test_a_rule_that_fails_cannot_tell_and_does_not_affect_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: Body, error: str
) -> None:
    broken = rule("code/broken", "broken", severity="note", fix="None.")(body)
    monkeypatch.setattr("refute.keys.code.rules.table.entry_points", lambda group: [_Entry(broken)])
    rules.cache_clear()
    try:
        (tmp_path / "answer.py").write_text(FAULTY)
        text, code = check_code(tmp_path / "answer.py")
    finally:
        rules.cache_clear()
    assert f":1:1: cannot tell: this rule failed here ({error}" in text
    assert "error: a dropout rate of 50" in text
    assert code == FOUND


def test_text_of_a_literal_is_cleaned_and_shortened(tmp_path: Path) -> None:
    path = tmp_path / "answer.py"
    name = "\\x1b[2J\\u202e\\n::error::" + "x" * 5000
    path.write_text(
        f'import keras\nkeras.layers.Dense(9, activation="selu", kernel_initializer="{name}")\n'
    )
    text, code = check_code(path)
    assert code == FOUND
    assert not set(text) & set("\x1b\u202e")
    assert all(len(line) < 700 for line in text.splitlines())
    assert not any(line.startswith("::") for line in text.splitlines())
