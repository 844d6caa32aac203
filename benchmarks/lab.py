"""How fast the lab trains many networks, against what a user would write instead.

    python benchmarks/lab.py                 # the table; wants an idle machine
    python benchmarks/lab.py --growth        # how cost grows with replicates, steps, width, depth
    python benchmarks/lab.py --profile       # what a step's time is spent on

Contenders take turns within each repeat, on all cores; the table shows medians over the repeats.
A rate is steps of one replicate per second.  Of the plain loops, whose replicates know nothing of
each other, a few replicates are timed; of the others as many as are asked for.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from statistics import median

import torch
from contenders import ceiling, lab_rate, plain_rate, processes_rate, profiled
from workloads import WORKLOADS, Workload

JAX_CHUNKS = (8, 32, 256)
"""Replicates that JAX maps at once: it is given the quickest of these."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workloads", default="SDRN", help="some of S, D, R and N")
    parser.add_argument("--replicates", type=int, default=256)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--no-jax", action="store_true", help="leave JAX out")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    print(f"{_processor()}, {asked.workers} workers, torch {torch.__version__}\n")
    workloads = [WORKLOADS[name] for name in asked.workloads]
    if asked.profile:
        show_profile(workloads)
    elif asked.growth:
        show_growth(workloads, asked.replicates, asked.repeats)
    else:
        compare(workloads, asked.replicates, asked.repeats, asked.workers, not asked.no_jax)


def compare(
    workloads: list[Workload], count: int, repeats: int, workers: int, with_jax: bool
) -> None:
    """Print one row per workload and contender."""
    print("| workload | contender | steps/s | lab is faster | GFLOP/s | of the ceiling |")
    print("| --- | --- | --- | --- | --- | --- |")
    with workers_of(workers) as pool:
        for workload in workloads:
            contenders: dict[str, Callable[[], float]] = {
                "lab": lambda w=workload: lab_rate(pool, w, count),
                "plain loop, torch's threads": lambda w=workload: plain_rate(w, 2),
                "plain loop, process per core": lambda w=workload: processes_rate(
                    pool, w, 2 * workers
                ),
            }
            if with_jax:
                contenders |= _jax(workload, count)
            rates: dict[str, list[float]] = {name: [] for name in contenders}
            heights = []
            for _ in range(repeats):
                heights.append(ceiling())
                for name, rate in contenders.items():
                    rates[name].append(rate())
            _rows(workload, rates, median(heights))


def _jax(workload: Workload, count: int) -> dict[str, Callable[[], float]]:
    """JAX at the chunk at which it is quickest, compiled."""
    from with_jax import compiled

    tried = {}
    for chunk in JAX_CHUNKS:
        if chunk <= count:
            rate, seconds = compiled(workload, chunk)
            rate()
            tried[chunk] = (rate(), rate, seconds)
    chunk = max(tried, key=lambda size: tried[size][0])
    _, rate, seconds = tried[chunk]
    return {f"JAX, {chunk} at once (compiled in {seconds:.1f} s, not timed)": rate}


def _rows(workload: Workload, rates: dict[str, list[float]], height: float) -> None:
    lab = rates["lab"]
    for name, found in rates.items():
        ratios = [ours / theirs for ours, theirs in zip(lab, found, strict=True)]
        faster = (
            ""
            if name == "lab"
            else f"{median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
        )
        flops = median(found) * workload.flops
        print(
            f"| {workload.name}: {workload.words} | {name} | {median(found):,.0f} | {faster} "
            f"| {flops / 1e9:.0f} | {flops / height:.0%} |",
            flush=True,
        )
    print(
        f"| {workload.name} | product of two 2048x2048 matrices | | | {height / 1e9:.0f} | 100% |"
    )


def show_growth(workloads: list[Workload], count: int, repeats: int) -> None:
    """Print how the lab's time grows when one thing doubles."""
    print("| workload | what | time, times as much | operations, times as many |")
    print("| --- | --- | --- | --- |")
    with workers_of(4) as four, workers_of(2) as two, workers_of(1) as single:
        for workload in workloads:
            network = workload.network
            wide = tuple(2 * units for units in network.hidden)
            changed = {
                "replicates x 2": (workload, 2 * count),
                "steps x 2": (replace(workload, steps=2 * workload.steps), count),
                "width x 2": (replace(workload, network=replace(network, hidden=wide)), count),
                "depth x 2": (
                    replace(workload, network=replace(network, hidden=network.hidden * 2)),
                    count,
                ),
            }
            times: dict[str, list[float]] = {name: [] for name in ["", *changed]}
            by_pool: dict[str, list[float]] = {
                "workers: 2 instead of 4": [],
                "workers: 1 instead of 4": [],
            }
            for _ in range(repeats):
                times[""].append(_seconds(four, workload, count))
                for name, (other, many) in changed.items():
                    times[name].append(_seconds(four, other, many))
                for name, pool in zip(by_pool, (two, single), strict=True):
                    by_pool[name].append(_seconds(pool, workload, count))
            for name, (other, many) in changed.items():
                more = other.flops * other.steps * many / (workload.flops * workload.steps * count)
                _growth_row(workload, name, times[name], times[""], f"{more:.1f}")
            for name, found in by_pool.items():
                _growth_row(workload, name, found, times[""], "1.0")


def _seconds(pool: Executor, workload: Workload, count: int) -> float:
    return count * workload.steps / lab_rate(pool, workload, count)


def _growth_row(
    workload: Workload, name: str, found: list[float], usual: list[float], more: str
) -> None:
    ratios = [seconds / before for seconds, before in zip(found, usual, strict=True)]
    print(
        f"| {workload.name} | {name} | {median(ratios):.2f} ({min(ratios):.2f} to "
        f"{max(ratios):.2f}) | {more} |",
        flush=True,
    )


def show_profile(workloads: list[Workload]) -> None:
    """Print what one thread spends a step on, in microseconds per replicate."""
    spent = {workload.name: profiled(workload) for workload in workloads}
    kinds = list(dict.fromkeys(kind for times in spent.values() for kind in times))
    print("| microseconds | " + " | ".join(spent) + " |")
    print("| --- |" + " --- |" * len(spent))
    for kind in kinds:
        print(
            f"| {kind} | "
            + " | ".join(f"{times.get(kind, 0):.1f}" for times in spent.values())
            + " |"
        )


@contextmanager
def workers_of(count: int) -> Iterator[Executor]:
    """Worker processes that have imported all they need."""
    with ProcessPoolExecutor(count, multiprocessing.get_context("spawn")) as pool:
        for ready in [pool.submit(_awake) for _ in range(4 * count)]:
            ready.result()
        yield pool


def _awake() -> None:
    from contenders import stacked  # noqa: F401 (for its imports)

    time.sleep(0.2)


def _processor() -> str:
    with open("/proc/cpuinfo") as file:
        names = [line.partition(": ")[2].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    main()
