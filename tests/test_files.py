"""Only plain files of bounded size are read, and files are written whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from refute import ledger
from refute.files import Unreadable, Unwritable, read_file, write_whole
from refute.keys.links import link
from refute.keys.reader import parse_key, read_key
from refute.keys.source import AnswerKeyError
from refute.suite import SOURCES, SuiteError, suite_of

MAKERS: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: None,
    "folder": lambda path: path.mkdir(),
    "pipe": lambda path: os.mkfifo(path),
    "link": lambda path: path.symlink_to(path.with_name("other")),
    "link to nowhere": lambda path: path.symlink_to(path.with_name("nowhere")),
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
    "link to the environment": lambda path: path.symlink_to("/proc/self/environ"),
    "link to itself": lambda path: path.symlink_to(path),
    "too large": lambda path: path.write_bytes(b"x" * 101),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_only_plain_files_of_bounded_size_are_read(tmp_path: Path, kind: str) -> None:
    (tmp_path / "other").write_text("secret", encoding="utf-8")
    path = tmp_path / "file"
    MAKERS[kind](path)
    with pytest.raises(Unreadable, match="cannot be read"):
        read_file(path, 100)


@pytest.mark.parametrize("kind", ["pipe", "link to a device", "link to nowhere", "too large"])
def test_following_links_does_not_lift_the_bounds(tmp_path: Path, kind: str) -> None:
    MAKERS[kind](path := tmp_path / "file")
    with pytest.raises(Unreadable):
        read_file(path, 100, follow=True)


def test_a_plain_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 100)
    (tmp_path / "link").symlink_to(path)
    assert read_file(path, 100) == read_file(tmp_path / "link", 100, follow=True) == b"x" * 100


@pytest.mark.parametrize("kind", ["pipe", "link", "link to the environment"])
def test_keys_links_ledgers_and_suites_are_read_within_these_bounds(
    tmp_path: Path, kind: str
) -> None:
    (tmp_path / "other").write_text("[[statement]]", encoding="utf-8")
    MAKERS[kind](tmp_path / "key.md")
    with pytest.raises(AnswerKeyError, match=r"key\.md: "):
        read_key(tmp_path / "key.md")

    MAKERS[kind](tmp_path / "other.toml")
    with pytest.raises(AnswerKeyError, match=r"other\.toml: "):
        link(parse_key("One.", tmp_path / "other.md"))

    MAKERS[kind](tmp_path / "verdicts.json")
    with pytest.raises(ledger.LedgerError, match=r"verdicts\.json: "):
        ledger.read(tmp_path / "verdicts.json")

    (tmp_path / "questions.toml").write_text("q = 'Question'", encoding="utf-8")
    MAKERS[kind](tmp_path / SOURCES)
    with pytest.raises(SuiteError, match=r"sources\.bib: "):
        suite_of(tmp_path / "test_q.py")


def test_string_names_in_a_bibliography_cannot_expand_without_limit(tmp_path: Path) -> None:
    (tmp_path / "questions.toml").write_text("q = 'Question'", encoding="utf-8")
    doubling = [f"@string{{s{n} = s{n - 1} # s{n - 1}}}" for n in range(1, 60)]
    text = "\n".join(['@string{s0 = "xxxx"}', *doubling, "@misc{a, title = s59}"])
    (tmp_path / SOURCES).write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=r"@string names expand to too much text"):
        suite_of(tmp_path / "test_q.py")


def test_a_file_that_cannot_be_written_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("in the way")
    said = r"folder.page\.html: cannot be written \(.*\): choose another path$"
    with pytest.raises(Unwritable, match=said):
        write_whole(tmp_path / "folder" / "page.html", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
