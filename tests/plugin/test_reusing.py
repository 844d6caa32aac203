"""A measurement is reused if nothing that it depends on has changed, and else measured again."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import refute
from refute.plugin import settings
from refute.prose.evidence import in_words
from refute.reuse import surroundings
from tests.plugin.reusing import ALL, CLAIM


def test_with_nothing_changed_nothing_runs_again_and_every_number_is_the_same(runs):
    first = runs()
    assert len(first) >= ALL - 2
    numbers = runs.numbers
    assert runs.reused == [None] * 5
    runs.result.stdout.no_fnmatch_line("reused:*")

    assert runs() == []
    assert runs.numbers == numbers
    assert runs.reused == [(48, 48)] * 5
    runs.result.stdout.fnmatch_lines(
        ["reused: 5 of 5 measurements come from earlier runs, the oldest from 20*", "  *"]
    )
    claim = runs.stranger.ledger().claims[0]
    assert claim.readings[0].reused.where == surroundings.machine()
    assert "; measured 20" in in_words(claim.readings[0])


def change_a_line_of_the_claim(runs, monkeypatch):
    text = runs.claim.read_text()
    runs.claim.write_text(text.replace("roughly twice a draw", "just about twice a draw"))


def change_the_helper(runs, monkeypatch):
    path = runs.stranger.claims / "bench.py"
    path.write_text(path.read_text() + "\n# a remark\n")


def add_a_conftest(runs, monkeypatch):
    (runs.stranger.claims / "conftest.py").write_text("# nothing yet\n")


def add_a_conftest_above(runs, monkeypatch):
    runs.stranger.pytester.path.joinpath("pytest.ini").write_text("[pytest]\n")
    (runs.stranger.pytester.path / "conftest.py").write_text("# nothing yet\n")


def change_a_library(runs, monkeypatch):
    version = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "99" if name == "scipy" else version(name)
    )


def change_what_a_library_requires(runs, monkeypatch):
    version = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "99" if name == "joblib" else version(name)
    )


def change_the_processor(runs, monkeypatch):
    monkeypatch.setattr(surroundings, "cpu", lambda: "another processor (4 cores)")


def change_the_instructions(runs, monkeypatch):
    known = surroundings._cpuinfo
    monkeypatch.setattr(
        surroundings, "_cpuinfo", lambda name: ["avx9000"] if name == "flags" else known(name)
    )


def change_torch_s_threads(runs, monkeypatch):
    monkeypatch.setattr(torch, "get_num_threads", lambda: 77)


def change_the_chunk(runs, monkeypatch):
    monkeypatch.setenv("CHUNK", "8")


def set_a_variable(runs, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")


@pytest.mark.parametrize(
    "change",
    [
        change_a_line_of_the_claim, change_the_helper, add_a_conftest, add_a_conftest_above,
        change_a_library, change_what_a_library_requires, change_the_processor,
        change_the_instructions, change_torch_s_threads, change_the_chunk, set_a_variable,
    ],
)  # fmt: skip
def test_whatever_changes_is_measured_again(runs, monkeypatch, change):
    claim = "claims/test_draws.py::TestTwice"

    def ran():
        runs.log.write_text("")
        runs.result = runs.stranger.pytester.runpytest_inprocess(claim)
        return runs.log.read_text().splitlines()

    first = ran()
    change(runs, monkeypatch)
    again = ran()
    assert again
    assert sorted(again) == sorted(first) or change is change_the_chunk
    runs.result.stdout.no_fnmatch_line("reused: *")
    runs.result.stdout.no_fnmatch_line("*cannot be reused*")


def test_another_seed_or_effort_is_measured_again_and_the_first_is_still_there(runs):
    assert runs()
    for option in (("--refute-seed", "1"), ("--refute-effort", "quick")):
        assert runs(*option)
        assert runs(*option) == []
    assert runs() == []


def test_another_device_is_measured_again(runs, monkeypatch):
    monkeypatch.setattr(settings, "_require", lambda device: None)
    with monkeypatch.context() as patched:  # as if both had the same name
        patched.setattr(surroundings, "_torch", lambda device: {})
        assert runs()
        assert runs("--refute-device", "cuda")
        assert runs("--refute-device", "cuda") == []
        assert runs() == []


def test_another_accelerator_is_measured_again(runs, monkeypatch):
    monkeypatch.setattr(settings, "_require", lambda device: None)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "One")
    assert runs("--refute-device", "cuda")
    assert runs("--refute-device", "cuda") == []
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Another")
    assert runs("--refute-device", "cuda")


def test_what_an_experiment_reaches_of_refute_is_a_change_and_nothing_else_is(runs, tmp_path):
    package = tmp_path / "lib" / "refute"
    shutil.copytree(Path(refute.__file__).parent, package, ignore=shutil.ignore_patterns("*.pyc"))

    def ran():
        runs.log.write_text("")
        command = [sys.executable, "-m", "pytest", "claims", "-q", "-p", "no:benchmark"]
        done = subprocess.run(
            command,
            cwd=runs.stranger.pytester.path,
            env={**os.environ, "PYTHONPATH": str(package.parent)},
            capture_output=True,
            text=True,
            check=True,
        )
        return runs.log.read_text().splitlines(), done.stdout

    first, _ = ran()
    again, said = ran()
    assert (len(first) > 0, again) == (True, [])
    assert "reused: 5 of 5" in said
    for name in ("wording.py", "report/page.py", "export/sarif.py", "report/templates/page.css"):
        path = package / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write("\n")
    assert ran()[0] == []  # what only reports numbers changes none
    with (package / "experiment.py").open("a") as file:
        file.write("\n# a remark\n")
    once_more, _ = ran()
    assert sorted(line for line in once_more if line[0] != "s") == sorted(
        line for line in first if line[0] != "s"
    )


def test_another_claim_of_the_file_keeps_what_was_measured_for_it(runs):
    runs()
    text = runs.claim.read_text()
    runs.claim.write_text(text.replace("Six is roughly twice three.", "Six is about twice three."))
    again = runs()
    assert {line.split()[0] for line in again} == {"6.0", "3.0"}
    assert runs.reused == [(48, 48)] * 3 + [None] * 2


def test_a_claim_that_another_one_names_is_part_of_its_source(runs):
    text = runs.claim.read_text().replace("class TestThrice:", "class TestThrice(TestTwice):")
    runs.claim.write_text(text.replace("(TestTwice)", ""))
    runs()
    runs.claim.write_text(text)
    assert {line.split()[0] for line in runs()} == {"6.0", "3.0"}
    runs.claim.write_text(text.replace("roughly twice a draw", "just about twice a draw"))
    assert {line.split()[0] for line in runs()} == {"2.0", "4.0", "10.0", "6.0", "3.0"}


def test_a_module_of_one_s_own_outside_the_claims_counts(runs):
    package = runs.stranger.pytester.mkpydir("mine")
    (package / "inner.py").write_text("CENTRE = 4.0\n")
    (package / "outer.py").write_text("from . import inner\nFOUR = inner.CENTRE\n")
    runs.claim.write_text(
        "import sys, pathlib\n"
        "sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))\n"
        "from mine.outer import FOUR\n" + CLAIM.replace("centre=4.0", "centre=FOUR")
    )
    assert any(line.startswith("4.0") for line in runs())
    assert runs() == []
    (package / "inner.py").write_text("CENTRE = 4.0  # what an experiment is called says nothing\n")
    assert any(line.startswith("4.0") for line in runs())


def test_a_file_that_an_experiment_names_counts(runs, tmp_path):
    data = tmp_path / "data.txt"
    data.write_text("one")
    runs.claim.write_text(CLAIM.replace("drawn(centre)", f"drawn(centre, {str(data)!r})"))
    runs()
    assert runs() == []
    data.write_text("two")
    assert runs()


def test_data_beside_the_claims_counts_and_questions_do_not(runs):
    runs()
    with (runs.stranger.claims / "questions.toml").open("a") as file:
        file.write('more = "About more"\n')
    assert runs() == []
    (runs.stranger.claims / "data.csv").write_text("1,2\n")
    assert runs()


def test_an_experiment_whose_repr_says_nothing_is_always_run(runs):
    runs.claim.write_text(
        CLAIM.replace("drawn(centre) /", "drawn(centre, Nameless()) /")
        + "\n\nclass Nameless:\n    def __fspath__(self):\n        return __file__\n"
        + "    def __repr__(self):\n        return '<Nameless at 0x7f>'\n"
    )
    runs()
    assert {line.split()[0] for line in runs()} >= {"4.0", "10.0"}
