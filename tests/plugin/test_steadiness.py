"""What the shipped ledger's run has run twice is not run twice again, where nothing differs."""

import importlib.metadata
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from refute.engine import engine, vetting
from refute.lab.bench.networks import Network
from refute.lab.bench.training import Training
from refute.ledger import LedgerError
from refute.ledger.shipped import shipped
from refute.plugin import steadiness
from refute.plugin.reusing import Reusing
from refute.plugin.settings import Settings
from refute.plugin.steadiness import Steadiness
from refute.quantity import Recorded
from refute.reuse.digests import Sources
from refute.reuse.imports import REFUTE
from tests.plugin.stranger import MEASURED


@dataclass(frozen=True)
class Own(Training):
    """An experiment that is not Refute's."""


def reusing_at(seed: int = 0) -> Reusing:
    settings = Settings(seed, "default", "cpu", 1, strict=False, fresh=False)
    return Reusing(settings, Path(), "run", lambda: None, print)


@pytest.fixture
def digest():
    return reusing_at().kind


def test_experiments_that_differ_in_numbers_are_of_one_kind(digest):
    usual = digest(Training())
    assert usual is not None
    assert digest(replace(Training(), steps=20, stream=3)) == usual
    assert digest(Training(Network(activation="elu"))) not in (usual, None)


def test_another_seed_or_library_is_another_condition(digest, monkeypatch):
    usual = digest(Training())
    assert reusing_at(seed=1).kind(Training()) != usual
    version = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "99" if name == "torch" else version(name)
    )
    assert reusing_at().kind(Training()) != usual


@pytest.mark.parametrize(
    "part", ["lab/bench/stack/masks.py", "lab/bench/training.py", "experiment.py", "engine/jobs.py"]
)
def test_a_change_of_what_it_reaches_is_a_change_wherever_refute_is(digest, monkeypatch, part):
    usual = digest(Training())
    seen = Sources._file

    def changed(self, path):
        return "changed" if path == REFUTE / part else seen(self, path)

    monkeypatch.setattr(Sources, "_file", changed)
    assert reusing_at().kind(Training()) != usual


def test_a_change_of_what_it_does_not_reach_is_none(digest, monkeypatch):
    usual = digest(Training())
    seen = Sources._file

    def changed(self, path):
        return "changed" if "momentum" in path.parts else seen(self, path)

    monkeypatch.setattr(Sources, "_file", changed)
    assert reusing_at().kind(Training()) == usual


def test_the_same_files_elsewhere_have_the_same_digest(tmp_path):
    for folder in ("here", "there"):
        shutil.copytree(REFUTE / "decision", tmp_path / folder / "decision")
    here, there = (
        Sources().together((tmp_path / folder).rglob("*.py"), below=tmp_path / folder)
        for folder in ("here", "there")
    )
    assert here == there


def test_what_is_not_refutes_is_always_run_twice(digest):
    assert digest(Own()) is None


class Counting:
    """Counts the second runs of an engine's jobs."""

    def __init__(self, monkeypatch):
        self.again = 0
        refuse = vetting.refuse_unsteady

        def counted(*records):
            self.again += 1
            refuse(*records)

        monkeypatch.setattr(engine, "refuse_unsteady", counted)


def test_a_kind_that_passed_in_the_shipped_run_is_run_once(digest, monkeypatch):
    short = Training(Network(hidden=(5,)), steps=8)
    quantity = Recorded(short, "test accuracy", "test accuracy")
    ledger = shipped()
    assert ledger is not None
    listed = msgspec.structs.replace(
        ledger, run=msgspec.structs.replace(ledger.run, steady=[digest(short)])
    )
    counting = Counting(monkeypatch)

    def measured(known, fresh=False):
        monkeypatch.setattr(steadiness, "shipped", lambda: known)
        steady, counting.again = Steadiness(digest, fresh=fresh), 0
        engine.Engine(steadiness=steady).measure(quantity, 8)
        return counting.again, steady.digests

    listed_as_steady = [digest(short)]
    assert measured(None) == (1, listed_as_steady)
    assert measured(listed) == (0, listed_as_steady)
    assert measured(listed, fresh=True) == (1, listed_as_steady)


def test_a_damaged_shipped_ledger_vouches_for_nothing(digest, monkeypatch):
    def damaged():
        raise LedgerError("damaged")

    monkeypatch.setattr(steadiness, "shipped", damaged)
    assert not Steadiness(digest, fresh=False).knows(Training())


OF_THE_LAB = '''
from refute import claim, control, reading
from refute.lab.bench.initializers import HE_NORMAL, LECUN_NORMAL
from refute.lab.initialization.drawn_weights import scaled_variance
from refute.wording import roughly


@claim("draws/lab")
class TestLab:
    """He's variance is roughly twice as large as LeCun's."""

    @reading("He over LeCun", law=HE_NORMAL)
    @control("LeCun over LeCun", law=LECUN_NORMAL)
    def test_variance(self, measure, law):
        lecun = scaled_variance(LECUN_NORMAL, (100, 300)).on_streams(1)
        measure(scaled_variance(law, (100, 300)) / lecun, claimed=roughly(2))
'''


def test_the_ledger_of_a_run_lists_what_it_found_steady(stranger):
    stranger.write("draws", MEASURED)
    stranger.write("lab", OF_THE_LAB)

    stranger.pytester.runpytest_subprocess("claims")

    (steady,) = stranger.ledger().run.steady  # of both laws; other experiments are not the lab's
    assert len(steady) == 40
