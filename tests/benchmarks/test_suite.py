"""`benchmarks/suite.py` after a run of `examples/`."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging import ROOT


def python(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ignored = shutil.ignore_patterns("reports", "__pycache__")
    folder = tmp_path_factory.mktemp("examples") / "repository"
    shutil.copytree(ROOT / "examples", folder, ignore=ignored)
    ran = python("-m", "pytest", "claims", "-p", "no:cacheprovider", cwd=folder)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


def test_it_prints_a_table_of_claims_and_nothing_else(repository):
    said = python(str(ROOT / "benchmarks/suite.py"), "--most", "1", cwd=repository)

    assert (said.returncode, said.stderr) == (0, "")
    header, rule, costliest, others, total = said.stdout.splitlines()
    assert header == "| claim | workers, processor seconds | searches and races, seconds |"
    assert rule == "| --- | --- | --- |"
    assert costliest.startswith("| ensembles/")
    assert [others.split(" | ")[0], total.split(" | ")[0]] == ["| the other 1", "| all"]


def test_claims_that_cannot_be_collected_end_it_in_a_line(repository, tmp_path):
    broken = Path(shutil.copytree(repository, tmp_path / "broken"))
    (broken / "claims/test_ensembles.py").write_text("from nowhere import nothing\n")

    said = python(str(ROOT / "benchmarks/suite.py"), cwd=broken)

    assert said.returncode == 1
    assert said.stdout == ""
    assert "cannot be collected" in said.stderr
