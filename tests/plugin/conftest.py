"""A stranger's claims folder, written from nothing."""

import multiprocessing.forkserver
import multiprocessing.popen_forkserver
import multiprocessing.popen_spawn_posix

import hypothesis.strategies
import numpy as np
import pytest
import scipy.stats

import refute.engine.worker
import refute.linking.likely
import refute.plugin.checking
import refute.plugin.conforming
import refute.plugin.judging
import refute.plugin.searching
import refute.plugin.tracebacks
import refute.plugin.unknown_settings
import refute.report.write
from tests.plugin.reusing import Runs
from tests.plugin.stranger import MEASURED, SEARCHED, TIMED, Stranger

# pytester forgets what a run inside this process imported: what stays must be there before it.
# The server that workers are forked from stays as well: each run would start its own, and import
# torch in it.
PRELOADED = (
    *(hypothesis.strategies, np, scipy.stats, refute.plugin.searching, refute.report.write),
    *(multiprocessing.forkserver, multiprocessing.popen_forkserver),
    multiprocessing.popen_spawn_posix,
)


@pytest.fixture
def stranger(pytester: pytest.Pytester) -> Stranger:
    return Stranger(pytester)


@pytest.fixture
def two_claims(stranger: Stranger) -> Stranger:
    stranger.write("draws", MEASURED)
    stranger.write("whole", SEARCHED)
    return stranger


@pytest.fixture
def three_claims(two_claims: Stranger) -> Stranger:
    two_claims.write("timed", TIMED)
    return two_claims


@pytest.fixture
def runs(stranger, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("log")
    monkeypatch.setenv("LOG", str(folder / "log"))
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    return Runs(stranger, folder)


@pytest.fixture(autouse=True)
def _run_again_by_a_copy(request, monkeypatch):
    """Chunks run again in workers that start at once.

    Only the tests of steadiness need processes that hash differently, which take a third of a
    second to start.
    """
    if request.module.__name__ != "tests.plugin.test_steadiness":
        monkeypatch.setattr("refute.engine.worker._fresh_context", refute.engine.worker._context)
