"""Where commands look if they are not told."""

from pathlib import Path

import pytest

from refute.cli.defaults import CLAIMS, answers_beside


def test_keys_are_looked_for_beside_the_claims(tmp_path, monkeypatch):
    (tmp_path / "claims").mkdir()
    monkeypatch.chdir(tmp_path)

    assert answers_beside(CLAIMS) == tmp_path / "answers"
    assert answers_beside(Path("../clone/claims")) == tmp_path.parent / "clone" / "answers"


@pytest.mark.parametrize("folder", [".", "../claims", "phrases/.."])
def test_they_are_found_from_inside_the_claims_too(tmp_path, monkeypatch, folder):
    (tmp_path / "claims").mkdir()
    monkeypatch.chdir(tmp_path / "claims")

    assert answers_beside(Path(folder)) == tmp_path / "answers"
