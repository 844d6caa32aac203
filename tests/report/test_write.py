"""Writing the page from files: whole or not at all; a bad key does not hide the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from refute import ledger as ledgers
from refute.report import ReportError, write_report
from tests.make import ledger, material_at
from tests.report.hand_made import KEY, LINKS, one_of_everything
from tests.report.parsed import Page


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "b.md").write_text(KEY, encoding="utf-8")
    (folder / "b.toml").write_text(LINKS, encoding="utf-8")
    return folder


@pytest.fixture
def verdicts(tmp_path: Path) -> Path:
    path = tmp_path / "reports" / "verdicts.json"
    ledgers.write(ledger(one_of_everything()), path)
    return path


def test_the_page_holds_every_key_of_the_folder_by_name(
    answers: Path, verdicts: Path, tmp_path: Path
) -> None:
    (answers / "a.md").write_text("First key.", encoding="utf-8")
    out = write_report(material_at(verdicts, answers), tmp_path / "new" / "folder").page
    page = Page(out.read_text(encoding="utf-8")).root
    assert out == tmp_path / "new" / "folder" / "index.html"
    files = [key.all(class_="tag")[0].words for key in page.all("article", class_="key")]
    assert files == ["a.md", "b.md"]


def test_without_a_folder_of_keys_the_claims_stand_alone(verdicts: Path, tmp_path: Path) -> None:
    out = write_report(material_at(verdicts, tmp_path / "nowhere"), tmp_path).page
    page = Page(out.read_text(encoding="utf-8")).root
    assert "No answer key was given" in page.id("keys").words
    assert page.all("article", class_="claim")


def test_a_key_whose_links_are_malformed_is_named_on_top_and_shown_ungraded(
    answers: Path, verdicts: Path, tmp_path: Path
) -> None:
    (answers / "a.md").write_text("A key with broken links.", encoding="utf-8")
    (answers / "a.toml").write_text('[[statement]]\nquote = "never said"\n', encoding="utf-8")
    out = write_report(material_at(verdicts, answers), tmp_path).page
    page = Page(out.read_text(encoding="utf-8")).root
    top = " ".join(warning.words for warning in page.id("top").all(class_="loud"))
    assert "Keys that could not be checked." in top
    assert "a.toml:2" in top
    first, second = page.all("article", class_="key")
    assert "This key could not be graded." in first.words
    assert "A key with broken links." in first.words
    assert "± depends" in second.words


def test_a_key_that_cannot_be_read_is_named_on_top_and_loses_no_other(
    answers: Path, verdicts: Path, tmp_path: Path
) -> None:
    (answers / "a.md").write_bytes(b"caf\xe9")
    out = write_report(material_at(verdicts, answers), tmp_path).page
    page = Page(out.read_text(encoding="utf-8")).root
    assert "a.md:1: byte 0xe9 is not UTF-8" in page.id("top").words
    assert len(page.all("article", class_="key")) == 1


def test_a_folder_that_cannot_be_written_is_one_line(
    answers: Path, verdicts: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReportError, match="cannot be written") as caught:
        write_report(material_at(verdicts, answers), tmp_path / "file")
    assert "\n" not in str(caught.value)
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_page_that_cannot_be_written_leaves_the_last_one_as_it_was(
    answers: Path, verdicts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = write_report(material_at(verdicts, answers), tmp_path).page
    before = out.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space")))
    with pytest.raises(ReportError, match="No space"):
        write_report(material_at(verdicts, answers), tmp_path)
    assert out.read_bytes() == before
