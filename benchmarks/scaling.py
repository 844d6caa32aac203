"""How time falls with workers, on this machine and on a Dask cluster of loopback.

    python benchmarks/scaling.py               # the curve over 1, 2 and 4 workers; wants idle cores
    python benchmarks/scaling.py --suite --handing-out 2   # thorough on 100 workers, by arithmetic

The curve is measured: engines take turns within each repeat, worker processes are there and have
imported torch before the clock starts, and each repeat has a seed of its own.  The arithmetic is a
simulation from measured times: every experiment of ``claims/`` is run for one chunk, here and with
one thread, and its chunks are then dealt out to imagined workers, each chunk as it was measured.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import pickle
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median

import numpy as np
import pytest
import torch
from distributed import Client

import refute
from refute.decision.samples import Sample
from refute.decision.table import LOOKS
from refute.engine.dask.client import Cluster
from refute.engine.dask.shipping import pack
from refute.engine.engine import Engine
from refute.engine.jobs import Job, Runner, run_job
from refute.engine.local import WorkerProcesses
from refute.experiment import Experiment, Record, Replicates
from refute.lab.bench.quantities import steps_to_loss
from refute.quantity import Quantity, Recorded

HOME = Path(__file__).parents[1]
LOOK = LOOKS[-1]


def usual() -> Quantity:
    """What many claims measure: the training of small networks, two arms."""
    return steps_to_loss(dropout=0.5) / steps_to_loss(dropout=0.0)


@dataclass(frozen=True)
class Nothing(Experiment):
    """Chunks that cost nothing: what is left is what it costs to hand one out."""

    chunk: int = 1
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        return Record({"nothing": Sample.exactly(np.zeros(replicates.count))})


NOTHING = Recorded(Nothing(), "nothing", "nothing")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--replicates", type=int, default=LOOK)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--suite", action="store_true", help="the arithmetic for 100 workers")
    parser.add_argument("--handing-out", type=float, metavar="MS", help="as the curve printed it")
    asked = parser.parse_args()
    if asked.suite:
        show_suite(asked.handing_out)
    else:
        show_curve(asked.workers, asked.replicates, asked.repeats)


# --- the curve, measured -----------------------------------------------------------------------


def show_curve(counts: Sequence[int], n: int, repeats: int) -> None:
    """Print the table of engines and workers, and what a chunk costs."""
    print(f"{_processor()}, {len(os.sched_getaffinity(0))} cores, torch {torch.__version__}\n")
    with ExitStack() as stack:
        runners: dict[tuple[str, int], Runner] = {
            ("this machine", count): WorkerProcesses(count) for count in counts
        }
        for count in counts:
            address = stack.enter_context(_loopback(count))
            runners["Dask", count] = Cluster(address, HOME)
            stack.callback(runners["Dask", count].close)
        seconds: dict[tuple[str, int], list[float]] = {engine: [] for engine in runners}
        for repeat in range(repeats):
            for engine, runner in runners.items():
                _timed(runner, usual(), 32 * engine[1], seed=1000 + repeat)  # workers are awake
                seconds[engine].append(_timed(runner, usual(), n, seed=repeat))
        nothing = [_timed(runners["Dask", counts[-1]], NOTHING, n, seed=k) for k in range(repeats)]
        for runner in runners.values():
            runner.close()
    print("| engine | workers | seconds | times as fast as one worker here | of ideal |")
    print("| --- | --- | --- | --- | --- |")
    base = median(seconds["this machine", counts[0]]) * counts[0]
    for (engine, count), found in seconds.items():
        faster = base / median(found)
        print(
            f"| {engine} | {count} | {median(found):.1f} ({min(found):.1f} to {max(found):.1f}) "
            f"| {faster:.2f} | {faster / count:.0%} |"
        )
    _show_costs(1000 * median(nothing) / n)


def _show_costs(handing_out: float) -> None:
    jobs = [_jobs(experiment, 1)[0] for experiment in usual().experiments()]
    there = max(map(len, pack(jobs, HOME)))
    records = [_alone(*job) for job in jobs]
    back = max(len(pickle.dumps(record)) for record, _ in records)
    each = ", ".join(f"{seconds:.2f} s" for _, seconds in records)
    print(
        f"\nA chunk of {jobs[0][1].count} replicates: {each} of one thread; {there} bytes sent, "
        f"{back:,} bytes returned; {handing_out:.2f} ms to hand out and collect."
    )


def _timed(runner: Runner, quantity: Quantity, n: int, seed: int) -> float:
    started = time.perf_counter()
    Engine(seed=seed, runner=runner).measure(quantity, n)
    return time.perf_counter() - started


@contextmanager
def _loopback(workers: int) -> Iterator[str]:
    """The address of a scheduler with so many single-threaded workers."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        contact = Path(folder) / "scheduler.json"
        environment = {**os.environ, "PYTHONPATH": str(Path(refute.__file__).parents[1])}
        commands = [
            ["scheduler", "--host", "127.0.0.1", "--port", "0"],
            ["worker", "--nworkers", str(workers), "--nthreads", "1", "--memory-limit", "0"],
        ]
        for words in commands:
            command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
            process = subprocess.Popen(
                [*command, "--scheduler-file", str(contact)],
                env=environment,
                cwd=folder,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            while not contact.exists():
                time.sleep(0.05)
        address = str(json.loads(contact.read_text())["address"])
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address


# --- the suite on many workers, by arithmetic ---------------------------------------------------


class Collected:
    """A pytest plugin, and the engine that is told what claims will measure."""

    def __init__(self) -> None:
        self.asked: list[list[Job]] = []
        self._seen: set[Job] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        from refute.plugin.lookahead import Lookahead

        Lookahead(self, [LOOK]).begin(session.items, lambda _: None)  # type: ignore[arg-type]

    def begin(self, quantity: Quantity, n: int, archive: None) -> None:
        """Keep the chunks that nothing before this has asked for."""
        jobs = [job for each in quantity.experiments() for job in _jobs(each, n)]
        new = [job for job in dict.fromkeys(jobs) if job not in self._seen]
        self._seen.update(new)
        self.asked.append(new)


def show_suite(handing_out: float | None) -> None:
    """Print how long the thorough effort would take on more and more workers."""
    if handing_out is None:
        raise SystemExit("scaling.py: --suite wants --handing-out MS: run the curve first")
    collected = Collected()
    words = [str(HOME / "claims"), "--collect-only", "-p", "no:terminal"]
    # Refute is imported here already, too late for pytest to rewrite its assertions: none matters.
    words += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    if pytest.main(words, plugins=[collected]):
        raise SystemExit("scaling.py: the claims cannot be collected")
    seconds: dict[Experiment, float] = {}
    for experiment, replicates in (job for jobs in collected.asked for job in jobs):
        if experiment not in seconds:
            seconds[experiment] = _alone(experiment, replicates)[1]
    asked = [[seconds[experiment] for experiment, _ in jobs] for jobs in collected.asked]
    together = [[chunk for batch in asked for chunk in batch]]
    work = sum(together[0])
    print(
        f"{len(asked)} readings and controls, {len(seconds)} experiments, "
        f"{len(together[0])} chunks, {work:.0f} s of one thread; longest chunk "
        f"{max(together[0]):.1f} s; {handing_out} ms to hand one out\n"
    )
    print("| workers | one claim at a time | of ideal | all begun at once | of ideal |")
    print("| --- | --- | --- | --- | --- |")
    for workers in (1, 2, 4, 10, 30, 100, 300):
        row = [_makespan(way, workers, handing_out / 1000) for way in (asked, together)]
        cells = " | ".join(f"{took:.0f} s | {work / workers / took:.0%}" for took in row)
        print(f"| {workers} | {cells} |")


def _makespan(batches: Sequence[Sequence[float]], workers: int, handing_out: float) -> float:
    """When the last chunk is done; a batch begins when the one before it has ended.

    One process hands out every chunk, one after another; each goes to whoever is free first.
    """
    now = 0.0
    for batch in batches:
        free = [now] * workers
        for place, seconds in enumerate(batch, 1):
            begins = max(heapq.heappop(free), now + place * handing_out)
            heapq.heappush(free, begins + seconds)
        now = max(free)
    return now


def _jobs(experiment: Experiment, n: int) -> list[Job]:
    """The chunks that hold the first ``n`` replicates."""
    chunk = experiment.chunk
    return [
        (experiment, Replicates(at * chunk, chunk, stream=experiment.stream))
        for at in range(ceil(n / chunk))
    ]


def _alone(experiment: Experiment, replicates: Replicates) -> tuple[Record, float]:
    """One chunk's record and its seconds, in this process and with one thread."""
    torch.set_num_threads(1)
    started = time.perf_counter()
    record = run_job(experiment, replicates)
    return record, time.perf_counter() - started


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


if __name__ == "__main__":
    main()
