"""TensorFlow's pruning in a separate process: its requirements and its errors."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest import SkipTest

import pytest

from refute.lab.sparsity import toolkit
from refute.lab.sparsity.toolkit import PrunedByTheToolkit, pruned_by_the_toolkit


@pytest.fixture(autouse=True)
def afresh():
    pruned_by_the_toolkit.cache_clear()
    yield
    pruned_by_the_toolkit.cache_clear()


def test_without_the_extra_the_reason_says_what_to_install(monkeypatch):
    monkeypatch.setattr(toolkit, "NEEDED", ("json", "no_such_toolkit"))
    with pytest.raises(SkipTest, match=r"no_such_toolkit is not installed: pip install 'refute\[t"):
        pruned_by_the_toolkit()


def test_the_last_line_that_the_process_prints_is_the_answer(monkeypatch):
    monkeypatch.setattr(toolkit, "NEEDED", ())
    asked = []

    def run(command, **how):
        asked.append((command, how["env"]["TF_USE_LEGACY_KERAS"]))
        line = '{"zeros": 0.8, "dense_accuracy": 0.9, "accuracy": 0.95}'
        return SimpleNamespace(returncode=0, stdout=f"a word of TensorFlow\n{line}\n", stderr="")

    monkeypatch.setattr(subprocess, "run", run)
    assert pruned_by_the_toolkit(trained_on=True) == PrunedByTheToolkit(0.8, 0.9, 0.95)
    assert asked == [([sys.executable, Path(toolkit.__file__), "true"], "1")]


@pytest.mark.parametrize(
    ("status", "stderr", "message"),
    [
        (1, "Traceback\nImportError: no _x", "process failed: ImportError: no _x"),
        (-9, "", "process failed: exit status -9"),
    ],
)
def test_a_process_that_fails_is_an_error(monkeypatch, status, stderr, message):
    monkeypatch.setattr(toolkit, "NEEDED", ())
    failed = SimpleNamespace(returncode=status, stdout="", stderr=stderr)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(RuntimeError, match=message):
        pruned_by_the_toolkit()
