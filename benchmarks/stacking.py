"""How fast replicates train, stacked in three ways, against a plain loop over seeds.

    python benchmarks/stacking.py [--rounds 3] [--replicates 32 128] [--chunks 8 16 32 64]
    python benchmarks/stacking.py --per-core

The plain loop is what a user would write: per seed an ``nn.Sequential``, ``torch.optim.SGD`` with
momentum 0.9, minibatches by shuffled indices, torch's default threads; nothing is recorded.
"lab" is :class:`refute.lab.Training` as the claims use it, evaluations and recording included.
Ratios compare total times in one round; the table shows their median over rounds.

A plain loop of four threads stands still while other programs use the cores, so that table needs
an idle machine.  ``--per-core`` compares processor time of one thread instead: what stacking
saves on each core, whatever else runs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import statistics
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch.func import functional_call, grad, stack_module_state, vmap

from refute.lab import SGD, Blobs, Network, Training, one_thread
from refute.lab.data import minibatches
from refute.quantity import Replicates

WORKERS = 4
VMAP_SHORTER = 6
"""vmap is timed on a sixth of the steps, and its time multiplied: it is that slow."""


@dataclass(frozen=True)
class Workload:
    name: str
    network: Network
    batch: int
    steps: int
    lr: float

    def training(self, chunk: int) -> Training:
        data = Blobs(features=64)
        return Training(
            self.network, data, SGD(self.lr), batch=self.batch, steps=self.steps, chunk=chunk
        )


WORKLOADS = {
    "small": Workload("64-100-100-10 ReLU, batch 32", Network(64), 32, 660, 0.01),
    "deep": Workload(
        "64-20x100-10 ELU, batch 64",
        Network(64, hidden=(100,) * 20, activation="elu"),
        64,
        330,
        0.001,
    ),
}


def plain(workload: Workload, seed: int, steps: int | None = None) -> None:
    """One seed, as a user would train it."""
    steps = steps or workload.steps
    torch.manual_seed(seed)
    net = workload.network.module(Replicates(0, 1, seed), 0)
    optimizer = torch.optim.SGD(net.parameters(), lr=workload.lr, momentum=0.9)
    samples = Blobs(features=64).draw(Replicates(0, 1, seed))
    x, y = samples.take(samples.train[0])
    done = 0
    while True:
        for which in torch.randperm(len(y)).split(workload.batch):
            optimizer.zero_grad()
            F.cross_entropy(net(x[which]), y[which]).backward()
            optimizer.step()
            done += 1
            if done == steps:
                return


def plain_alone(workload: Workload, replicates: Replicates) -> None:
    """A worker's share of the plain loop, with one thread."""
    with one_thread():
        for k in replicates:
            plain(workload, k)


def vmapped(workload: Workload, replicates: Replicates) -> None:
    """torch.func: one module's loss, differentiated and mapped over stacked parameters."""
    with one_thread():
        nets = [workload.network.module(replicates, k) for k in replicates]
        parameters, _ = stack_module_state(nets)
        optimizer = torch.optim.SGD(parameters.values(), lr=workload.lr, momentum=0.9, fused=True)

        def loss(one: dict[str, torch.Tensor], x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return F.cross_entropy(functional_call(nets[0], one, (x,)), y)

        gradients = vmap(grad(loss))
        batches = minibatches(Blobs(features=64).draw(replicates), workload.batch, replicates)
        detached = {name: value.detach() for name, value in parameters.items()}
        for _ in range(workload.steps // VMAP_SHORTER):
            for name, gradient in gradients(detached, *next(batches)).items():
                parameters[name].grad = gradient
            optimizer.step()


def lab(workload: Workload, replicates: Replicates) -> None:
    """The lab's stacked training, recording included."""
    workload.training(len(replicates)).run(replicates)


Way = Callable[[Workload, Replicates], None]


def timed(pool: Executor, way: Way, workload: Workload, n: int, chunk: int) -> float:
    """Seconds to train n replicates in chunks spread over the pool."""
    parts = [Replicates(first, chunk) for first in range(0, n, chunk)]
    start = time.perf_counter()
    list(pool.map(way, [workload] * len(parts), parts))
    return (time.perf_counter() - start) * (VMAP_SHORTER if way is vmapped else 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--replicates", type=int, nargs="+", default=[32, 128])
    parser.add_argument("--chunks", type=int, nargs="+", default=[8, 16, 32, 64])
    parser.add_argument("--workloads", nargs="+", default=list(WORKLOADS), choices=WORKLOADS)
    parser.add_argument("--per-core", action="store_true")
    arguments = parser.parse_args()
    if arguments.per_core:
        per_core([WORKLOADS[name] for name in arguments.workloads], arguments)
        return
    threads = ThreadPoolExecutor(WORKERS)
    # A fork server imports torch once and forks workers that have it.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["torch", "refute.lab"])
    processes = ProcessPoolExecutor(WORKERS, context)
    ways: list[tuple[str, Executor, Way]] = [
        ("plain loop, a process per core", processes, plain_alone),
        ("vmap, threads", threads, vmapped),
        ("vmap, processes", processes, vmapped),
        ("lab, threads", threads, lab),
        ("lab, processes", processes, lab),
    ]
    print(
        f"{processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; "
        f"Python {platform.python_version()}, torch {torch.__version__}, "
        f"{torch.get_num_threads()} threads in the plain loop, {WORKERS} workers"
    )
    for workload in (WORKLOADS[name] for name in arguments.workloads):
        print(f"\n{workload.name}, {workload.steps} steps")
        ratios: dict[tuple[str, int, int], list[float]] = {}
        per_step = []
        for round_ in range(arguments.rounds + 1):
            seconds = plain_seconds(workload)
            for name, pool, way in ways:
                for n in arguments.replicates:
                    chunks = [8] if way is plain_alone else arguments.chunks
                    for chunk in (one for one in chunks if one <= n):
                        took = timed(pool, way, workload, n, chunk)
                        if round_:  # the first round warms up
                            ratios.setdefault((name, n, chunk), []).append(seconds * n / took)
            per_step.append(1000 * seconds / workload.steps)
        median = statistics.median(per_step[1:])
        print(f"plain loop: {median:.3f} ms per step (rounds {spread(per_step[1:])})")
        print("| way | replicates | chunk | times faster (rounds) |\n| --- | --- | --- | --- |")
        for (name, n, chunk), found in ratios.items():
            print(f"| {name} | {n} | {chunk} | {statistics.median(found):.1f} ({spread(found)}) |")


def per_core(workloads: list[Workload], arguments: argparse.Namespace) -> None:
    """Processor time of one thread: the plain loop over vmap and over the lab."""
    print(f"{processor()}, load {os.getloadavg()[0]:.1f} before; torch {torch.__version__}")
    print("| workload | way | chunk | plain / way, processor time of one thread (rounds) |")
    print("| --- | --- | --- | --- |")
    for workload in workloads:
        ratios: dict[tuple[str, int], list[float]] = {}
        for round_ in range(arguments.rounds + 1):
            with one_thread():
                steps = workload.steps // 3
                alone = 3 * processor_seconds(plain, workload, 0, steps)
            for name, way, share in (("vmap", vmapped, VMAP_SHORTER), ("lab", lab, 1)):
                for chunk in arguments.chunks:
                    took = processor_seconds(way, workload, Replicates(0, chunk))
                    if round_:
                        ratios.setdefault((name, chunk), []).append(alone * chunk / took / share)
        for (name, chunk), found in ratios.items():
            median = statistics.median(found)
            print(f"| {workload.name} | {name} | {chunk} | {median:.1f} ({spread(found)}) |")


def processor_seconds(run: Callable[..., None], *arguments: object) -> float:
    start = time.thread_time()
    run(*arguments)
    return time.thread_time() - start


def plain_seconds(workload: Workload, seeds: int = 3) -> float:
    """Seconds for one seed of the plain loop: the median of three, each a third of the steps."""
    took = []
    for seed in range(seeds):
        start = time.perf_counter()
        plain(workload, seed, workload.steps // 3)
        took.append(3 * (time.perf_counter() - start))
    return statistics.median(took)


def spread(values: list[float]) -> str:
    return f"{min(values):.3g} to {max(values):.3g}"


def processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(": ")[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
