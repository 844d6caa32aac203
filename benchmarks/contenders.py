"""The ways to train many replicates that the lab's benchmark compares, and the ceiling."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch.profiler import ProfilerActivity, profile
from workloads import MOMENTUM, TRAIN, Workload, samples, tensors

from refute.experiment import Replicates
from refute.lab.bench.data import minibatches
from refute.lab.bench.device import one_thread
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import stack
from refute.lab.bench.stack.stepping import Stepper


def plain(workload: Workload, seed: int, steps: int) -> None:
    """One seed as a user would train it: nn.Sequential, torch.optim, shuffled minibatches."""
    torch.manual_seed(seed)
    net = workload.network.module(Replicates(0, 1, seed), 0)
    optimizer = torch.optim.SGD(net.parameters(), lr=workload.lr, momentum=MOMENTUM)
    images, labels = tensors()
    train = torch.randperm(len(labels))[:TRAIN]
    x, y = images[train], labels[train]
    done = 0
    while True:
        for which in torch.randperm(TRAIN)[: TRAIN - TRAIN % workload.batch].split(workload.batch):
            optimizer.zero_grad()
            F.cross_entropy(net(x[which]), y[which]).backward()
            optimizer.step()
            done += 1
            if done == steps:
                return


def plain_alone(workload: Workload, seed: int, steps: int) -> None:
    """The same with one thread, for a process of its own."""
    with one_thread():
        plain(workload, seed, steps)


def stacked(workload: Workload, replicates: Replicates, steps: int) -> None:
    """A chunk as the lab trains it."""
    with one_thread(), torch.no_grad():
        step = stepping(workload, replicates)
        for _ in range(steps):
            step()


def stepping(workload: Workload, replicates: Replicates) -> Callable[[], None]:
    """One more step of a chunk at every call."""
    stepper = Stepper(stack(workload.network, replicates), SGD(workload.lr), workload.batch)
    batches = minibatches(samples(replicates), workload.batch, replicates)
    masks = dropout_masks(workload.network, replicates, workload.batch)
    return lambda: stepper(*next(batches), next(masks))


# --- rates, in steps of one replicate per second -------------------------------------------


def plain_rate(workload: Workload, count: int) -> float:
    """The plain loop in this process, with torch's own threads."""
    start = time.perf_counter()
    for seed in range(count):
        plain(workload, seed, workload.steps)
    return count * workload.steps / (time.perf_counter() - start)


def processes_rate(pool: Executor, workload: Workload, count: int) -> float:
    """The plain loop, spread over a process per core."""
    start = time.perf_counter()
    jobs = [pool.submit(plain_alone, workload, seed, workload.steps) for seed in range(count)]
    for job in jobs:
        job.result()
    return count * workload.steps / (time.perf_counter() - start)


def lab_rate(pool: Executor, workload: Workload, count: int) -> float:
    """The lab's chunks, spread over a process per core."""
    start = time.perf_counter()
    chunks = [
        Replicates(first, min(workload.chunk, count - first))
        for first in range(0, count, workload.chunk)
    ]
    jobs = [pool.submit(stacked, workload, chunk, workload.steps) for chunk in chunks]
    for job in jobs:
        job.result()
    return count * workload.steps / (time.perf_counter() - start)


def ceiling(side: int = 2048, repeats: int = 3) -> float:
    """Floating-point operations a second of a product of two large matrices, all cores."""
    left, right = torch.randn(side, side), torch.randn(side, side)
    out = torch.empty(side, side)
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        torch.mm(left, right, out=out)
        best = min(best, time.perf_counter() - start)
    return 2 * side**3 / best


def profiled(workload: Workload, steps: int = 50) -> dict[str, float]:
    """Microseconds of one step of one replicate by what they are spent on, one thread.

    "Python, autograd, waiting" is what the step takes without the profiler less all operations.
    """
    replicates = Replicates(0, workload.chunk)
    with one_thread(), torch.no_grad():
        step = stepping(workload, replicates)
        for _ in range(10):
            step()
        start = time.perf_counter()
        for _ in range(steps):
            step()
        whole = time.perf_counter() - start
        with profile(activities=[ProfilerActivity.CPU]) as found:
            for _ in range(steps):
                step()
    per = 1e6 / (steps * workload.chunk)
    spent: dict[str, float] = {}
    for event in found.key_averages():
        kind = _kind(event.key)
        spent[kind] = spent.get(kind, 0.0) + event.self_cpu_time_total / 1e6 * per
    spent["all operations under the profiler"] = sum(spent.values())
    spent["the step without it"] = whole * per
    return spent


KINDS = {
    "matrix products": ("aten::bmm", "aten::baddbmm", "aten::baddbmm_"),
    "gather of minibatches": ("aten::index_select",),
    "sums over the batch": ("aten::sum",),
    "batch normalization's gradient": ("aten::native_batch_norm_backward",),
    "activations": (
        "aten::clamp_min_", "aten::clamp_max", "aten::exp_", "aten::sub", "aten::maximum",
        "aten::threshold_backward",
    ),
    "loss": ("aten::_softmax", "aten::scatter_add_"),
    "additions, products, copies": (
        "aten::add_", "aten::mul", "aten::mul_", "aten::copy_", "aten::add", "aten::lerp_",
    ),
}  # fmt: skip


def _kind(operation: str) -> str:
    return next((kind for kind, names in KINDS.items() if operation in names), "all other")
