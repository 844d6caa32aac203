"""Worker processes: each job once, the most urgent first, a dead worker's job to another."""

import os
import signal
import time
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from refute.decision.samples import Sample
from refute.engine.pool import Pool
from refute.quantity import Experiment, Record, Replicates


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
    job = (Clocked(str(tmp_path / "log")), Replicates(0, 1))
    pool.add([job])
    pool.add([job], urgent=True)
    record = pool.future(job).result(timeout=60)
    assert record.samples["process"].lower != os.getpid()
    assert (tmp_path / "log").read_text() == "0\n"
    pool.forget(job)
    assert not pool.has(job)


def test_what_is_urgent_overtakes_what_is_foreseen_in_its_own_order(pool, tmp_path):
    log = tmp_path / "log"
    jobs = [(Clocked(str(log), 0.2, stream=at), Replicates(0, 1)) for at in range(6)]
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
    job = (Deadly(str(tmp_path / "log")), Replicates(0, 1))
    pool.add([job])
    assert len(pool.future(job).result(timeout=60).samples["process"]) == 1


def test_a_job_that_kills_every_worker_fails(pool, tmp_path):
    job = (Deadly(str(tmp_path / "log"), times=9), Replicates(0, 1))
    pool.add([job])
    with pytest.raises(BrokenExecutor):
        pool.future(job).result(timeout=60)
    assert (tmp_path / "log").read_text() == "0\n0\n"
