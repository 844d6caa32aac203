"""A measurement is reused where nothing it depends on has changed, and measured anew where any has.

The experiments here note every chunk that they run in a file, and so do the searches' bodies.
"""

import importlib.metadata
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import refute
from refute.plugin import settings
from refute.prose.evidence import in_words
from refute.reuse import surroundings

BENCH = """
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from refute.decision.samples import Sample
from refute.quantity import Experiment, Record, Recorded, Series

LOG = Path(os.environ["LOG"])


def note(text):
    with LOG.open("a") as file:
        file.write(text + "\\n")


@dataclass(frozen=True)
class Draw(Experiment):
    centre: float
    data: str | None = None
    chunk = int(os.environ.get("CHUNK", 16))  # no field, so that the repr does not tell
    stream: int = 0

    @property
    def files(self):
        return () if self.data is None else (self.data,)

    def run(self, replicates):
        note(f"{self.centre} {self.stream} {replicates.first}")
        if os.environ.get("STOP") == f"{self.centre} {replicates.first}":
            raise KeyboardInterrupt
        exec(os.environ.get("MEANWHILE", ""))
        draws = np.array([replicates.generator(k, "draw").normal(0, 0.1) for k in replicates])
        gaps = np.where(draws[:, None] > np.array([0.0, 1.0]), np.nan, draws[:, None])
        series = Series("draws", "curve", "x", "y", np.arange(2.0), gaps)
        counts = Sample.exactly((draws > 0).astype(int), per=1)
        return Record({"draw": Sample.exactly(self.centre * np.exp(draws)), "k": counts}, (series,))


def drawn(centre, data=None):
    return Recorded(Draw(centre, data), "draw", f"draw around {centre}")
"""

CLAIM = '''
from bench import drawn
from refute import claim, control, reading
from refute.wording import roughly


@claim("draws/twice", depends="holds for four, not ten", correction="It is {ten} times as many.")
class TestTwice:
    """A draw is roughly twice a draw around two."""

    @reading("four", centre=4.0)
    @reading("ten", centre=10.0, published="fails")
    @control("a draw against itself", centre=2.0)
    def test_ratio(self, measure, centre):
        measure(drawn(centre) / drawn(2.0), claimed=roughly(2))


@claim("draws/thrice")
class TestThrice:
    """Six is roughly twice three."""

    @reading("six", centre=6.0)
    @control("three", centre=3.0)
    def test_ratio(self, measure, centre):
        measure(drawn(centre) / drawn(3.0), claimed=roughly(2))
'''

SEARCH = '''
from bench import note
from hypothesis import strategies as st
from refute import claim, control, reading


@claim("whole/squares")
class TestSquares:
    """Squares are not negative."""

    @reading("every integer", x=st.integers().map(lambda x: x * x))
    @control("less one", x=st.integers().map(lambda x: x * x - 1))
    def test_squares(self, x):
        note(f"search {x >= 0}")
        assert x >= 0
'''

ALL = 2 * 5 + 2  # chunks: two for each of five draws, and two more of 2.0 (3.0) with other seeds


class Runs:
    """A stranger's claims, run again and again."""

    def __init__(self, stranger, folder):
        self.stranger, self.log = stranger, folder / "log"
        (stranger.claims / "bench.py").write_text(BENCH)
        self.claim = stranger.write("draws", CLAIM)

    def __call__(self, *args):
        """Run; return the lines that experiments and searches have noted, in one order.

        Workers note them in any.  Not those of a first chunk that was run again, to see whether
        it comes out alike.
        """
        self.log.write_text("")
        self.result = self.stranger.pytester.runpytest_inprocess(
            "claims", *args, no_reraise_ctrlc=True
        )
        lines = self.log.read_text().splitlines()
        again = {at for at, line in enumerate(lines) if line in lines[:at] and line[0] != "s"}
        return sorted(line for at, line in enumerate(lines) if at not in again)

    @property
    def numbers(self):
        """All that was decided, and all numbers that it was decided on."""
        return [
            (claim.id, claim.verdict, claim.correction, one.name, one.outcome, one.evidence)
            for claim in self.stranger.ledger().claims
            for one in claim.readings
        ]

    @property
    def reused(self):
        readings = [one for claim in self.stranger.ledger().claims for one in claim.readings]
        return [one.reused and (one.reused.number, one.reused.of) for one in readings]

    @property
    def entries(self):
        return sorted((self.stranger.pytester.path / ".pytest_cache/d/refute").glob("*.npz"))


@pytest.fixture
def runs(stranger, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("log")
    monkeypatch.setenv("LOG", str(folder / "log"))
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    return Runs(stranger, folder)


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
        ["reused: 5 of 5 measurements were taken by earlier runs, the oldest 20* UTC; *"]
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
    for told in ("wording.py", "report/page.py", "export/sarif.py", "report/templates/page.css"):
        path = package / told
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write("\n")
    assert ran()[0] == []  # whoever only tells of numbers changes none
    with (package / "quantity.py").open("a") as file:
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


def test_fresh_measures_everything_anew(runs):
    first = runs()
    assert runs("--refute-fresh") == first
    assert runs.reused == [None] * 5
    assert runs() == []


def test_pytest_s_own_options_clear_the_store_or_do_without(runs):
    first = runs()
    assert runs("-p", "no:cacheprovider") == first
    assert runs("--cache-clear") == first


def test_where_nothing_can_be_kept_a_line_says_so_and_the_run_goes_on(runs):
    (runs.stranger.pytester.path / ".pytest_cache").write_text("a file where the folder should be")
    quiet = ("-W", "ignore::pytest.PytestCacheWarning")
    first = runs(*quiet)
    runs.result.stdout.fnmatch_lines(["measurements are not kept for later runs: *"])
    assert runs.result.ret == 0
    assert runs(*quiet) == first


def test_timed_readings_are_never_reused(runs):
    from tests.plugin.conftest import TIMED

    runs.stranger.write("timed", TIMED)
    runs()
    runs()
    timed = [
        one
        for claim in runs.stranger.ledger().claims
        for one in claim.readings
        if claim.id == "draws/slower"
    ]
    assert [one.reused for one in timed] == [None, None]
    assert [one.evidence.timed for one in timed] == [True, True]
    runs.result.stdout.fnmatch_lines(["reused: 5 of 7 measurements *"])


def test_a_search_that_found_nothing_is_reused_and_one_that_found_is_not(runs):
    runs.stranger.write("whole", SEARCH)
    first = [line for line in runs() if line.startswith("search")]
    assert len(first) > 100
    numbers = runs.numbers
    again = [line for line in runs() if line.startswith("search")]
    assert 0 < len(again) < 100
    assert "search False" in again
    assert runs.numbers == numbers
    claim = next(one for one in runs.stranger.ledger().claims if one.id == "whole/squares")
    assert [one.reused and one.reused.number for one in claim.readings] == [100, None]
    everything = runs("--refute-effort", "quick")
    assert len([line for line in everything if line.startswith("search")]) >= 25


def test_what_a_run_measured_before_it_broke_is_reused(runs, monkeypatch):
    monkeypatch.setenv("STOP", "10.0 16")
    runs("--refute-workers", "1")
    assert runs.result.ret == pytest.ExitCode.TESTS_FAILED
    done = set(runs.log.read_text().splitlines()) - {"10.0 0 16"}  # begun, and broken off
    monkeypatch.delenv("STOP")
    rest = runs()
    assert "4.0 0 0" in done
    assert not set(rest) & done
    assert set(rest) >= {"10.0 0 16"}


def test_decisions_are_taken_anew_from_the_numbers_that_are_kept(runs):
    runs()
    for path in runs.entries:
        with np.load(path) as archive:
            arrays = {name: archive[name] for name in archive.files}
        header = json.loads(arrays["header"].tobytes())
        assert not {"holds", "fails", "SUPPORTED", "REFUTED", "DEPENDS"} & set(
            json.dumps({**header, "key": None}).replace('"', " ").split()
        )
        if header["key"]["experiment"].startswith("Draw(centre=4.0"):
            arrays["lower 0"] = arrays["upper 0"] = arrays["lower 0"] * 100
            np.savez(path, **arrays)
    before = runs.numbers
    assert runs() == []
    changed = [new[3] for old, new in zip(before, runs.numbers, strict=True) if old[4] != new[4]]
    assert changed == ["four"]
    assert runs.result.ret == 1
    runs.result.stdout.fnmatch_lines(
        ["NOT AS EXPECTED: draws/twice: “four”: expected: holds; here: *"]
    )


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-40])


def without_the_sample(path):
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    header = json.loads(arrays.pop("header").tobytes())
    header["samples"][0][0] = "another"
    text = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez(path, header=text, **arrays)


def swapped(path):
    other = next(one for one in path.parent.glob("*.npz") if one != path)
    path.write_bytes(other.read_bytes())


@pytest.mark.parametrize("damage", [cut_short, without_the_sample, swapped])
def test_a_damaged_entry_is_measured_anew_with_one_line(runs, damage):
    first = runs()
    numbers = runs.numbers
    path = next(one for one in runs.entries if b"Draw(centre=4.0" in one.read_bytes())
    damage(path)
    again = runs()
    # Which of a ratio's two experiments lacks a sample is known once both are measured anew.
    assert {"4.0"} <= {line.split()[0] for line in again} <= {"4.0", "2.0"}
    assert set(again) < set(first)
    assert runs.numbers == numbers
    assert runs.result.ret == 0
    said = [line for line in runs.result.outlines if "cannot be reused" in line]
    assert len(said) == 1
    assert str(path) in said[0]
    assert runs() == []


def test_a_source_that_changes_during_the_run_ends_reuse_and_says_so(runs, monkeypatch):
    meanwhile = f"Path({str(runs.claim)!r}).touch()"
    monkeypatch.setenv("MEANWHILE", meanwhile)
    first = runs()
    assert runs.entries == []
    runs.result.stdout.fnmatch_lines(["*test_draws.py changed while the run was going on: *"])
    assert runs.result.ret == 0
    monkeypatch.delenv("MEANWHILE")
    assert runs() == first


def test_several_test_processes_share_what_is_kept(runs):
    (runs.stranger.claims / "test_more.py").write_text(SEARCH)
    assert runs("-n", "2", "-p", "no:benchmark")
    assert runs.reused == [None] * 7
    path = next(one for one in runs.entries if b"Draw(centre=4.0" in one.read_bytes())
    cut_short(path)
    again = runs("-n", "2", "-p", "no:benchmark")
    assert {line.split()[0] for line in again} <= {"4.0", "search"}
    runs.result.stdout.fnmatch_lines(["reused: *", f"{path}: cannot be reused*"])
    more = runs("-n", "2", "-p", "no:benchmark")
    assert [line for line in more if not line.startswith("search")] == []


def test_the_command_beside_a_number_measures_it_anew(runs):
    runs()
    four = runs.stranger.ledger().claims[0].readings[0]
    runs.log.write_text("")
    runs.stranger.pytester.runpytest_inprocess(*shlex.split(four.command)[1:])
    assert "4.0 0 0" in runs.log.read_text()
