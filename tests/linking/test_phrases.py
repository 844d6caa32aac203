"""The phrases of a claims folder are read completely, or refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from refute.linking.phrases import Phrasebook, PhrasesError, read_phrases
from tests.linking.small import BOOK, CLAIMS, write_phrases


def test_phrases_are_read_by_question_and_name(tmp_path: Path) -> None:
    write_phrases(tmp_path)
    assert read_phrases(tmp_path, CLAIMS) == BOOK


def test_a_folder_without_phrases_has_an_empty_book(tmp_path: Path) -> None:
    assert read_phrases(tmp_path, CLAIMS) == Phrasebook({})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[relu-can-fly]\nsubjects = ['a']\nasserts = ['b']", "there is no claim act/relu-can-fly"),
        ("[relu-can-die]\nsubjects = []\nasserts = ['b']", "relu-can-die: subjects is empty"),
        ("[relu-can-die]\nsubjects = ['a']\nasserts = []", "relu-can-die: asserts is empty"),
        ("[relu-can-die]\nasserts = ['b']", "missing required field `subjects`"),
        ("[relu-can-die]\nsubjects = ['a']\nasserts = [1]", "Expected `str`, got `int`"),
        ("[relu-can-die]\nsubjects = ['a']\nassert = ['b']", "unknown field `assert`"),
        ("relu-can-die = 1", "Expected `object`, got `int`"),
        ("[", "fix it"),
        ("\ud800".encode("utf-8", "surrogatepass"), "fix it"),
    ],
)
def test_a_malformed_file_is_one_line_that_names_it(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    (tmp_path / "phrases").mkdir()
    data = text.encode() if isinstance(text, str) else text
    (tmp_path / "phrases" / "act.toml").write_bytes(data)
    with pytest.raises(PhrasesError) as caught:
        read_phrases(tmp_path, CLAIMS)
    assert message in str(caught.value)
    assert "act.toml: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_phrases_of_claims_that_a_run_lacks_are_left_out(tmp_path: Path) -> None:
    """The run may be older than a claim, or of another suite."""
    write_phrases(tmp_path)
    (tmp_path / "sparse").mkdir()
    sources = "\n".join(f'@claim("{id}", "a")' for id in CLAIMS)
    (tmp_path / "sparse" / "test_sparse.py").write_text(sources)
    book = read_phrases(tmp_path, ["act/relu-can-die"])
    assert set(book.claims) == {"act/relu-can-die"}
    assert book.others == BOOK.others
    assert read_phrases(tmp_path, ["other/suite"]).claims == {}


def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "act.toml").symlink_to("/etc/hostname")
    with pytest.raises(PhrasesError, match="a link to another file"):
        read_phrases(tmp_path, CLAIMS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[kinds]]\ngeneral = ['relu']\nkinds = []", "name words for both"),
        ("[[kinds]]\ngeneral = ['']\nkinds = ['leaky']", "name words for both"),
        ("[[kinds]]\ngeneral = ['relu']\nkinds = ['SELU']", "'SELU': write it in lower case"),
        ("[[kinds]]\ngeneral = ['relu']", "missing required field `kinds`"),
        ("[kinds]\ngeneral = ['relu']", "fix it"),
    ],
)
def test_malformed_kinds_are_one_line_that_names_the_file(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "kinds.toml").write_text(text)
    with pytest.raises(PhrasesError) as caught:
        read_phrases(tmp_path, CLAIMS)
    assert message in str(caught.value)
    assert "kinds.toml: " in str(caught.value)
    assert "\n" not in str(caught.value)
