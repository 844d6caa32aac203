"""`examples/` in a repository of its own, with Refute installed from a wheel."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from refute import ledger as ledgers
from refute.ledger import Measured, Searched
from tests import packaging

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(
        shutil.copytree(
            packaging.ROOT / "examples",
            tmp_path_factory.mktemp("stranger") / "repository",
            ignore=shutil.ignore_patterns("reports", "__pycache__"),
        )
    )


@pytest.fixture(scope="module")
def run(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a program of an environment that has the wheel, in the stranger's repository."""
    folder = tmp_path_factory.mktemp("wheel")
    programs = packaging.environment(folder / "venv", packaging.build("wheel", folder))

    def command(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(programs / program), *arguments],
            cwd=repository, env=packaging.clean(), capture_output=True, text=True, timeout=300,
        )  # fmt: skip

    return command


@pytest.fixture(scope="module")
def finished(run: Run) -> subprocess.CompletedProcess[str]:
    return run("python", "-m", "pytest", "claims/")


def test_what_runs_is_the_wheel(run):
    where = Path(run("python", "-c", "import refute; print(refute.__file__)").stdout.strip())

    assert "site-packages" in where.parts
    assert packaging.ROOT not in where.parents


def test_the_claims_get_their_verdicts(finished, repository):
    assert finished.returncode == 0, finished.stdout + finished.stderr
    claims = {each.id: each for each in ledgers.read(repository / "reports/verdicts.json").claims}
    assert {id: each.verdict for id, each in claims.items()} == {
        "ensembles/ten-divide-the-variance": "DEPENDS",
        "ensembles/average-beats-the-best": "REFUTED",
    }
    independent, shared, _ = (
        each.evidence for each in claims["ensembles/ten-divide-the-variance"].readings
    )
    assert isinstance(independent, Measured)
    assert isinstance(shared, Measured)
    # In expectation 10 and 1 / (1/2 + 1/20).
    assert independent.estimate == pytest.approx(10, rel=0.05)
    assert shared.estimate == pytest.approx(20 / 11, rel=0.05)
    found = claims["ensembles/average-beats-the-best"].readings[0].evidence
    assert isinstance(found, Searched)
    assert found.counterexample is not None


@pytest.mark.usefixtures("finished")
def test_the_key_is_graded_statement_by_statement(run):
    checked = run("refute", "check", "--all", "answers/ensembles.md")

    assert checked.returncode == 1  # something is refuted
    lines = [line for line in checked.stdout.splitlines() if line.startswith("answers/")]
    marks = [line.split(": ", 2)[1:] for line in lines[:-1]]
    assert marks == [
        ["not encoded yet", "In practice models share some of their errors."],
        ["refuted", "Averaging ten models always cuts the variance to a tenth."],
        ["depends", "In short: ten models, a tenth of the variance."],
        ["refuted", "The average is never worse than the best of its models."],
        ["advice", "Five models are a good start."],
    ]
    assert "2 refuted, 1 depends, 2 supported" in lines[-1]


@pytest.mark.usefixtures("finished")
def test_the_page_has_the_key(repository):
    page = (repository / "reports/index.html").read_text()

    assert "It is not guaranteed to beat all of them." in page
    assert "Averaging ten models divides the variance of their error by roughly ten." in page
