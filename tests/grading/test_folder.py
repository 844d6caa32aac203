"""A folder of keys: files that cannot be keys are faults, and the others are graded."""

import zipfile
from pathlib import Path

import nbformat
import pytest

from refute.grading.folder import grade_folder, key_files
from refute.keys.code.rules.answers import Rule
from refute.keys.code.rules.table import RuleError
from refute.keys.graded import Mark
from tests.make import claim, ledger, reading


@pytest.mark.parametrize("name", ["a\n::error::b.md", "a\u202eb.md", "a\x1b[31m.md", "a\\..\\b.md"])
def test_unsafe_file_names_are_refused(tmp_path: Path, name: str) -> None:
    for file in (name, "fine.md"):
        (tmp_path / file).write_text("One.", encoding="utf-8")
    keys, faults = grade_folder(tmp_path, ledger([]))
    assert [key.key.path.name for key in keys] == ["fine.md"]
    ((path, fault),) = faults.items()
    assert fault.endswith(": rename the file")
    assert not set(path.name) & set("\n\u202e\x1b\\")


def test_links_to_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "key.md").symlink_to("/proc/self/environ")
    (tmp_path / "fine.md").write_text("One.", encoding="utf-8")
    (tmp_path / "fine.toml").symlink_to("/proc/self/environ")
    keys, faults = grade_folder(tmp_path, ledger([]))
    assert [(key.key.path.name, key.links_path) for key in keys] == [("fine.md", None)]
    assert sorted(path.name for path in faults) == ["fine.md", "key.md"]
    assert all("cannot be read (a link to another file): put" in fault for fault in faults.values())


NOTEBOOK = nbformat.v4.new_notebook(
    cells=[
        nbformat.v4.new_markdown_cell("# Answers\n\nIt is so."),
        nbformat.v4.new_code_cell("import keras\nkeras.layers.Dropout(50)"),
    ]
)


def test_notebooks_and_pages_are_keys_with_links_or_without(tmp_path: Path) -> None:
    nbformat.write(NOTEBOOK, tmp_path / "linked.ipynb")
    (tmp_path / "linked.toml").write_text('[[statement]]\nquote = "It is so."\nasserts = ["q/x"]\n')
    (tmp_path / "page.html").write_text("<h1>Page</h1><p>It is so.</p>")
    (tmp_path / "key.markdown").write_text("It is so.")
    run = ledger([claim("q/x", "REFUTED", [reading("r", "fails", None)])])

    keys, faults = grade_folder(tmp_path, run)

    assert not faults
    assert [key.key.path.name for key in keys] == ["key.markdown", "linked.ipynb", "page.html"]
    assert [key.links_path is not None for key in keys] == [False, True, False]
    assert [key.key.converted for key in keys] == [False, True, True]
    _, notebook, _ = keys
    marks = [statement.mark for statement in notebook.statements]
    assert marks[:2] == [Mark.NOT_A_CLAIM, Mark.REFUTED]
    (fault,) = notebook.code.faults
    assert str(fault.position) == "cell 2, line 2, column 1"


def test_a_text_file_is_a_key_only_if_somebody_has_linked_it(tmp_path: Path) -> None:
    for name in ("requirements.txt", "notes.txt", "notes.toml", ".hidden.md", "~$open.docx"):
        (tmp_path / name).write_text("")
    (tmp_path / "FINAL.HTML").write_text("<p>So.</p>")
    (tmp_path / "data.csv").write_text("1")
    assert [path.name for path in key_files(tmp_path)] == ["FINAL.HTML", "notes.txt"]
    assert key_files(tmp_path / "none") == []


def test_two_files_that_would_share_links_are_one_key_and_a_fault(tmp_path: Path) -> None:
    nbformat.write(NOTEBOOK, tmp_path / "a.ipynb")
    (tmp_path / "a.md").write_text("It is so.")
    (tmp_path / "a.html").write_text("<p>It is so.</p>")
    keys, faults = grade_folder(tmp_path, ledger([]))
    assert [key.key.path.name for key in keys] == ["a.md"]
    assert {path.name for path in faults} == {"a.ipynb", "a.html"}
    assert all("a.md has the same name" in fault for fault in faults.values())


def test_a_document_that_cannot_be_read_is_a_fault_and_the_others_are_graded(
    tmp_path: Path,
) -> None:
    (tmp_path / "broken.ipynb").write_text("no JSON")
    with zipfile.ZipFile(tmp_path / "empty.docx", "w") as archive:
        archive.writestr("nothing.txt", "of Word")
    (tmp_path / "fine.md").write_text("So.")
    keys, faults = grade_folder(tmp_path, ledger([]))
    assert [key.key.path.name for key in keys] == ["fine.md"]
    assert {path.name for path in faults} == {"empty.docx", "broken.ipynb"}
    assert all("is not a readable" in fault for fault in faults.values())
    assert all(len(fault.splitlines()) == 1 for fault in faults.values())


def test_an_unusable_rule_is_a_fault_of_every_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> tuple[Rule, ...]:
        raise RuleError("somebody.rules:mine: is no Rule: make it one with @rule(...)")

    monkeypatch.setattr("refute.keys.code.checking.rules", refuse)
    (tmp_path / "key.md").write_text("So.")
    (tmp_path / "other.md").write_text("So.")
    (tmp_path / "other.toml").write_text("no TOML")
    keys, faults = grade_folder(tmp_path, ledger([]))
    assert keys == []
    assert faults[tmp_path / "key.md"].endswith(
        "key.md: its code: somebody.rules:mine: is no Rule: make it one with @rule(...)"
    )
    assert "other.toml:1: not TOML" in faults[tmp_path / "other.md"]
