"""Whose claims and keys a ledger is about, wherever the command is run."""

import shutil
from pathlib import Path

import msgspec
import pytest

from refute import ledger as ledgers
from refute.cli.ledgers import HERE, Home, home_of
from refute.ledger import Ledger
from tests import make
from tests.cli.test_commands import CLAIM, QUESTIONS, refute


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("ran")
    write(root / "claims" / "questions.toml", QUESTIONS)
    write(root / "claims" / "test_whole.py", CLAIM)
    write(root / "answers" / "key.md", "Every whole number is positive.\n")
    write(
        root / "answers" / "key.toml",
        '[[statement]]\nquote = "Every whole number"\nasserts = ["whole/positive"]\n',
    )
    assert refute(root, "run", "-q", "-p", "no:cacheprovider").returncode == 0
    return root


@pytest.fixture
def stranger(ran: Path, tmp_path: Path) -> Path:
    """A repository with claims, keys and a run of its own."""
    return Path(shutil.copytree(ran, tmp_path / "stranger"))


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another repository, with keys about other claims, in which commands are run."""
    root = tmp_path / "elsewhere"
    write(root / "claims" / "questions.toml", "selu = 'About SELU'\n")
    write(root / "answers" / "other.md", "SELU is fine.\n")
    write(
        root / "answers" / "other.toml",
        '[[statement]]\nquote = "SELU"\nasserts = ["selu/is-fine"]\n',
    )
    monkeypatch.chdir(root)
    return root


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def ledger_of(where: Path) -> Ledger:
    return ledgers.read(where / "reports" / "verdicts.json")


def test_the_ledger_of_another_repository_is_reported_with_its_own_keys(
    stranger: Path, elsewhere: Path
) -> None:
    path = str(stranger / "reports" / "verdicts.json")

    page = refute(elsewhere, "report", path, "--out", "out")
    summary = refute(elsewhere, "report", path, "--format", "summary", "--output", "-")
    markdown = refute(elsewhere, "report", path, "--format", "markdown", "--output", "keys")
    difference = refute(elsewhere, "diff", path, path.replace("verdicts", "other"))
    listed = refute(elsewhere, "list", "--verdict", "refuted", "--ledger", path)

    assert (page.returncode, page.stderr) == (0, "")
    shown = (elsewhere / "out" / "index.html").read_text()
    assert ("key.md" in shown, "SELU is fine." in shown) == (True, False)
    assert (summary.returncode, summary.stderr) == (0, "")
    assert "key.md" in summary.stdout
    assert markdown.returncode == 0
    assert [each.name for each in (elsewhere / "keys").iterdir()] == ["key.md"]
    assert "other.toml" not in difference.stderr
    assert "whole/positive: Whole numbers are positive." in listed.stdout


def test_keys_that_are_named_are_taken(stranger: Path, elsewhere: Path) -> None:
    path = str(stranger / "reports" / "verdicts.json")
    write(elsewhere / "mine" / "mine.md", "Nothing is claimed here.\n")
    write(elsewhere / "mine" / "mine.toml", "")

    result = refute(
        elsewhere, "report", path, "--format", "markdown", "--output", "keys", "--answers", "mine"
    )

    assert result.returncode == 0, result.stderr
    assert [each.name for each in (elsewhere / "keys").iterdir()] == ["mine.md"]


def test_a_ledger_far_from_its_keys_is_reported_without_any_and_says_so(
    stranger: Path, elsewhere: Path, tmp_path: Path
) -> None:
    far = tmp_path / "far" / "away" / "verdicts.json"
    write(far, (stranger / "reports" / "verdicts.json").read_text())

    result = refute(elsewhere, "report", str(far))
    sarif = refute(elsewhere, "report", str(far), "--format", "sarif")

    said = f"{far}: its answer keys are neither beside it nor here: name them with --answers\n"
    assert (result.returncode, result.stderr) == (0, said)
    assert "SELU is fine." not in far.with_name("index.html").read_text()
    assert sarif.returncode == 2
    assert "no answer key there, and sarif needs one" in sarif.stderr


def test_a_ledger_that_was_carried_away_belongs_to_the_repository_in_which_it_is_reported(
    stranger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = tmp_path / "far" / "away" / "verdicts.json"
    write(far, (stranger / "reports" / "verdicts.json").read_text())
    monkeypatch.chdir(stranger)

    assert home_of(ledger_of(stranger), far) == HERE


def test_a_ledger_belongs_to_the_folder_where_its_claims_stand(
    stranger: Path, elsewhere: Path
) -> None:
    ledger = ledger_of(stranger)
    home = Home(stranger / "claims", stranger / "answers")

    assert home_of(ledger, None) == HERE
    assert home_of(ledger, stranger / "reports" / "partial" / "deep" / "verdicts.json") == home
    assert home_of(ledger, Path("verdicts.json")) == HERE  # beside the keys here

    (stranger / "claims" / "test_whole.py").unlink()
    assert home_of(ledger, stranger / "reports" / "verdicts.json") == home  # beside its keys


def test_a_file_of_the_same_name_with_other_claims_is_another_suite(
    stranger: Path, elsewhere: Path, tmp_path: Path
) -> None:
    write(elsewhere / "claims" / "test_whole.py", CLAIM.replace("whole/positive", "whole/other"))

    assert home_of(ledger_of(stranger), tmp_path / "far" / "away" / "verdicts.json") is None


def test_where_pytest_ran_from_above_the_claims_they_are_found_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "part" / "claims" / "questions.toml", QUESTIONS)
    write(tmp_path / "part" / "claims" / "test_whole.py", CLAIM)
    claim = make.claim("whole/positive", "SUPPORTED", [])
    location = "part/claims/test_whole.py:5"
    ledger = make.ledger([msgspec.structs.replace(claim, location=location)])
    monkeypatch.chdir(tmp_path)

    home = home_of(ledger, tmp_path / "part" / "reports" / "verdicts.json")

    assert home == Home(Path("part/claims"), Path("part/answers"))


def test_a_ledger_is_no_claims_folder(stranger: Path, elsewhere: Path) -> None:
    path = stranger / "reports" / "verdicts.json"

    result = refute(elsewhere, "list", str(path))

    assert result.returncode == 2
    assert result.stderr == (
        f"refute: {path}: is neither a claims folder nor a claims file: for the claims of a "
        f"ledger, use --verdict VERDICT --ledger {path}\n"
    )
