"""Worker processes: each job once, the most urgent first, a dead worker's job to another."""

import os
import signal
import subprocess
import sys
import threading
import time
import unittest
from dataclasses import dataclass
from unittest.mock import Mock

import numpy as np
import pytest

from refute.decision.samples import MeasurementError, Sample
from refute.engine.jobs import Job, RunnerError, Unfinished
from refute.engine.pool import Pool
from refute.engine.worker import Worker, _uninterrupted
from refute.experiment import Experiment, Record, Replicates


@dataclass(frozen=True)
class Clocked(Experiment):
    """Records the process that ran it, and when; every run leaves a line in ``log``."""

    log: str
    seconds: float = 0.0
    chunk: int = 1
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        with open(self.log, "a") as log:
            log.write(f"{self.stream}\n")
        time.sleep(self.seconds)
        return Record({"process": Sample.exactly(np.full(replicates.count, os.getpid()))})


@dataclass(frozen=True)
class Deadly(Clocked):
    """Kills the process that runs it, so many times."""

    times: int = 1

    def run(self, replicates: Replicates) -> Record:
        record = super().run(replicates)
        with open(self.log) as log:
            if len(log.readlines()) <= self.times:
                os.kill(os.getpid(), signal.SIGKILL)
        return record


@pytest.fixture
def pool():
    pool = Pool(1)
    yield pool
    pool.close()


def test_a_job_added_twice_runs_once_and_elsewhere(pool, tmp_path):
    job = Job(Clocked(str(tmp_path / "log")), Replicates(0, 1))
    pool.add([job])
    pool.add([job], urgent=True)
    record = pool.future(job).result(timeout=60)
    assert record.samples["process"].lower != os.getpid()
    assert (tmp_path / "log").read_text() == "0\n"
    pool.forget(job)
    assert not pool.ended(job)


def test_a_job_that_is_forgotten_while_it_runs_can_be_added_again(pool, tmp_path):
    log = tmp_path / "log"
    job, after = (Job(Clocked(str(log), 0.2, stream=at), Replicates(0, 1)) for at in range(2))
    pool.add([job])
    while not log.exists():
        time.sleep(0.01)
    pool.forget(job)
    pool.add([job, after])
    for added in (job, after):
        assert len(pool.future(added).result(timeout=60).samples["process"]) == 1
    assert log.read_text().split() == ["0", "0", "1"]


def test_what_is_urgent_overtakes_what_is_foreseen_in_its_own_order(pool, tmp_path):
    log = tmp_path / "log"
    jobs = [Job(Clocked(str(log), 0.2, stream=at), Replicates(0, 1)) for at in range(6)]
    pool.add(jobs)
    while not log.exists():
        time.sleep(0.01)
    pool.add([jobs[5], jobs[4]], urgent=True)
    for job in jobs:
        pool.future(job).result(timeout=60)
    order = log.read_text().split()
    assert order[:2] == ["0", "1"]  # the worker had these
    assert order[2:] == ["5", "4", "2", "3"]


def test_the_job_of_a_worker_that_died_is_given_to_another(pool, tmp_path):
    job = Job(Deadly(str(tmp_path / "log")), Replicates(0, 1))
    pool.add([job])
    assert len(pool.future(job).result(timeout=60).samples["process"]) == 1


def test_a_job_that_kills_every_worker_fails(pool, tmp_path):
    job = Job(Deadly(str(tmp_path / "log"), times=9), Replicates(0, 1))
    pool.add([job])
    with pytest.raises(Unfinished, match="ended two worker processes"):
        pool.future(job).result(timeout=60)
    assert (tmp_path / "log").read_text() == "0\n0\n"


@dataclass(frozen=True)
class Forks(Clocked):
    """Forks the process that runs it, and lets both return."""

    def run(self, replicates: Replicates) -> Record:
        os.fork()
        return super().run(replicates)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_an_experiment_that_forks_its_worker_is_answered_once(pool, tmp_path):
    jobs = [Job(Forks(str(tmp_path / "log"), stream=at), Replicates(0, 1)) for at in range(4)]
    pool.add(jobs)
    processes = {
        int(pool.future(job).result(timeout=60).samples["process"].lower[0]) for job in jobs
    }
    assert len(processes) == 1


@dataclass(frozen=True)
class Ends(Clocked):
    """Ends the process that runs it, as a library may."""

    code: int = 0

    def run(self, replicates: Replicates) -> Record:
        super().run(replicates)
        os._exit(self.code)


@pytest.mark.parametrize("code", [0, 3])
def test_an_experiment_that_exits_fails_and_costs_its_neighbours_nothing(pool, tmp_path, code):
    log = str(tmp_path / "log")
    jobs = [Job(Ends(log, stream=9, code=code), Replicates(0, 1))]
    jobs += [Job(Clocked(log, stream=at), Replicates(0, 1)) for at in range(4)]
    pool.add(jobs)
    with pytest.raises(
        Unfinished, match=f"ended two worker processes, the last with exit code {code}"
    ):
        pool.future(jobs[0]).result(timeout=60)
    for job in jobs[1:]:
        assert len(pool.future(job).result(timeout=60).samples["process"]) == 1
    assert (tmp_path / "log").read_text().split().count("9") == 2


def test_what_takes_too_long_is_ended_and_costs_its_neighbours_nothing(tmp_path):
    log = str(tmp_path / "log")
    pool = Pool(1, limit=10)
    endless = Job(Clocked(log, 600, stream=9), Replicates(0, 1))
    next_one = Job(Clocked(log), Replicates(0, 1))
    pool.add([endless, next_one])
    with pytest.raises(Unfinished, match=r"took longer than 10 s \(--refute-timeout\)"):
        pool.future(endless).result(timeout=60)
    assert len(pool.future(next_one).result(timeout=60).samples["process"]) == 1
    assert pool.finished() == [endless, next_one]
    assert pool.finished() == []
    pool.close()


def test_closing_does_not_wait_for_what_computes(tmp_path):
    pool = Pool(1)
    pool.add([Job(Clocked(str(tmp_path / "log"), 600), Replicates(0, 1))])
    while not (tmp_path / "log").exists():
        time.sleep(0.01)
    closing = threading.Thread(target=pool.close)
    closing.start()
    closing.join(60)
    assert not closing.is_alive()


class Odd(Exception):
    """It cannot be made from its message, as pickle does."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


@dataclass(frozen=True)
class Raises(Clocked):
    def run(self, replicates: Replicates) -> Record:
        raise {"odd": Odd("so", "odd"), "exit": SystemExit(3), "skip": pytest.skip.Exception("no")}[
            self.log
        ]


@pytest.mark.parametrize(
    ("what", "error", "message"),
    [
        ("odd", MeasurementError, "Odd: so odd"),
        ("exit", MeasurementError, "SystemExit: 3"),
        ("skip", unittest.SkipTest, "no"),
    ],
)
def test_whatever_an_experiment_raises_is_raised_here(pool, what, error, message):
    job = Job(Raises(what), Replicates(0, 1))
    pool.add([job])
    with pytest.raises(error, match=message):
        pool.future(job).result(timeout=60)


def test_where_no_process_can_be_started_whoever_waits_hears_why(monkeypatch):
    monkeypatch.setattr(Worker, "__init__", Mock(side_effect=EOFError("no server")))
    pool = Pool(1)
    job = Job(Clocked("log"), Replicates(0, 1))
    pool.add([job])
    with pytest.raises(RunnerError, match="worker processes cannot be run: EOFError"):
        pool.future(job).result(timeout=60)
    with pytest.raises(RunnerError, match="worker processes cannot be run: EOFError"):
        pool.add([job._replace(again=True)])
    pool.close()


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="masks are POSIX")
def test_processes_hear_of_no_interrupt_from_their_first_moment_on():
    code = (
        "import signal\n"
        "from multiprocessing import resource_tracker\n"
        "from refute.engine.worker import _uninterrupted\n"
        "with _uninterrupted():\n"
        "    resource_tracker.ensure_running()  # as before the first process is started\n"
        "    print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))\n"
    )
    fresh = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert fresh.stdout == "True\n"
    with _uninterrupted():
        mask = subprocess.run(
            [sys.executable, "-c", "import signal; print(signal.pthread_sigmask(0, []))"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    assert "SIGINT" in mask
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
