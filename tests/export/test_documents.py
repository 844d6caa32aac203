"""The excerpts in the documents are what the formats make today, and their workflow runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml

from tests.export import demonstration

DOCS = Path(__file__).parents[2] / "docs"
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXCERPT = re.compile(r"<!-- excerpt of (.*?) -->\n```\w+\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def run(where, command, **environment):
    """A command as a workflow's step runs it, with this Python's programs."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    quiet = {"PATH": path, "GITHUB_STEP_SUMMARY": str(where / "step.md"), **environment}
    return subprocess.run(
        ["bash", "-e", "-c", command],
        cwd=where,
        env=os.environ | quiet,
        capture_output=True,
        text=True,
    )


def document(name):
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    """The small suite, checked as the workflow in the documents checks one."""
    folder = tmp_path_factory.mktemp("suite")
    demonstration.write(folder)
    (command,) = [step["run"] for step in steps() if "pytest" in step.get("run", "")]
    done = run(folder, f"{command} {everything()}")
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "output").write_text(done.stdout, encoding="utf-8")
    return folder


def everything():
    others = ("markdown", "github", "ctrf", "claim-review", "ro-crate")
    return " ".join(f"--refute-report {name}" for name in others)


def workflows():
    """The whole workflows of the document: of claims and keys, then of code alone."""
    blocks = [block for _, block in FENCED.findall(document("github-actions.md"))]
    return [yaml.safe_load(block) for block in blocks if block.startswith("name:")]


def steps(number=0):
    """The steps of a whole workflow, the first one unless another is asked for."""
    (job,) = workflows()[number]["jobs"].values()
    return job["steps"]


# --- docs/report.md ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "excerpt"), EXCERPT.findall(document("report.md")), ids=lambda part: part[:40]
)
def test_an_excerpt_is_of_what_the_format_makes_today(suite, source, excerpt):
    made = output_of(suite, source)
    at = 0
    for part in excerpt.split("\n…\n"):
        found = made.find(part, at)
        assert found >= 0, f"docs/report.md: not in {source} (any more):\n{part}"
        at = found + len(part)


def output_of(suite, source):
    if source == "the run's output":
        return (suite / "output").read_text(encoding="utf-8")
    if source == "ro-crate-metadata.json":
        with zipfile.ZipFile(suite / "reports" / "refute-crate.zip") as crate:
            return crate.read(source).decode()
    return (suite / source).read_text(encoding="utf-8")


def test_every_format_has_an_excerpt():
    shown = dict(EXCERPT.findall(document("report.md")))

    assert len(shown) == 10
    for chapter in document("report.md").split("\n## ")[1:]:
        assert EXCERPT.search(chapter), chapter.split("\n")[0]


# --- docs/github-actions.md ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "paths"),
    [(0, ["answers/**", "claims/**"]), (1, ["**.ipynb", "**.md", "**.py"])],
)
def test_a_workflow_is_valid_for_github(number, paths):
    workflow = workflows()[number]

    # YAML 1.1 reads the bare word "on" as true.
    assert set(workflow) == {"name", True, "permissions", "jobs"}
    assert workflow[True]["pull_request"]["paths"] == paths
    assert workflow["permissions"] == {"contents": "read", "security-events": "write"}
    for step in steps(number):
        assert ("run" in step) != ("uses" in step)
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", step["uses"])


def test_every_command_of_the_document_runs(suite):
    """Each but the installation, on the suite that its first one has checked."""
    commands = [
        step["run"]
        for _, block in FENCED.findall(document("github-actions.md").split("\n## Code alone")[0])
        for step in (steps() if block.startswith("name:") else yaml.safe_load(block))
        if "run" in step and not step["run"].startswith(("pip ", "pytest "))
    ]
    assert len(commands) == 3
    (suite / "ledger").mkdir()
    (suite / "ledger" / "verdicts.json").write_bytes(
        (suite / "reports" / "verdicts.json").read_bytes()
    )

    for command in commands:
        done = run(suite, command)
        assert done.returncode == 0, done.stderr
    summary = (suite / "step.md").read_text(encoding="utf-8")
    assert (
        summary.count("# Answer keys, fact-checked\n") == 2
    )  # one from the run, one from a ledger


def test_the_files_that_the_workflow_keeps_are_those_that_a_run_leaves(suite):
    for step in steps():
        for name in ("sarif_file", "path"):
            if name in step.get("with", {}):
                assert (suite / step["with"][name]).exists()
        for named in re.findall(r"hashFiles\('([^']+)'\)", str(step.get("if", ""))):
            assert (suite / named).exists()


def test_the_suite_s_sarif_marks_the_lines_of_its_key(suite):
    (log,) = json.loads((suite / "reports" / "verdicts.sarif").read_text())["runs"]

    assert [result["level"] for result in log["results"]] == ["warning", "error"]


@pytest.mark.parametrize(("rate", "status"), [("50", 1), ("0.5", 0)])
def test_the_workflow_for_code_fails_on_faults_and_leaves_sarif_either_way(tmp_path, rate, status):
    code = f"import keras\n\nkeras.layers.Dropout({rate})\n"
    (tmp_path / "an answer.py").write_text(code)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbformat.write(notebook, tmp_path / "b.ipynb")
    run(tmp_path, "git init -q && git add .")
    (command,) = [step["run"] for step in steps(1) if "--code" in step.get("run", "")]
    (upload,) = [step for step in steps(1) if "upload-sarif" in step.get("uses", "")]

    done = run(tmp_path, command)

    assert (done.returncode, len(done.stderr.splitlines())) == (status, 1)
    assert done.stderr.startswith("Measured by the run that comes with Refute")
    (log,) = json.loads((tmp_path / upload["with"]["sarif_file"]).read_text())["runs"]
    assert len(log["results"]) == (2 if status else 0)
    assert log["artifacts"][0]["location"]["uri"] == "an%20answer.py"
