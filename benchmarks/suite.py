"""Where the time of `pytest claims/` goes: the ten costliest claims of a run.

    python benchmarks/suite.py reports/verdicts.json        # after a run, on an idle machine
    python benchmarks/suite.py --most 30                    # list more claims
    python benchmarks/suite.py --plain                      # compare with a plain loop

For each experiment behind the ledger's readings and controls, one thread runs one chunk; the cost
is that time multiplied by the number of chunks that the run needed.  The plain loop (one
nn.Sequential per replicate, torch.optim, torch's own threads) is timed for a few steps on the same
network, data, minibatch and optimizer, and its rate is extrapolated to the steps and replicates
that the lab trained.  It neither evaluates nor records anything, which is to its advantage.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from math import ceil
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)

from refute import ledger as ledgers
from refute.experiment import Experiment, Replicates
from refute.lab.bench.data import minibatches
from refute.lab.bench.device import one_thread
from refute.lab.bench.random_settings import DrawnTraining
from refute.lab.bench.training import Training
from refute.ledger import Measured
from refute.plugin.lookahead import asked

TIMED_STEPS = 40
"""Steps of the plain loop that are timed for each kind of training."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ledger", nargs="?", default="reports/verdicts.json")
    parser.add_argument("--most", type=int, default=10, help="how many claims to list")
    parser.add_argument("--plain", action="store_true", help="time the plain loop too")
    arguments = parser.parse_args()
    ledger = ledgers.read(Path(arguments.ledger))
    taken = {
        record.nodeid: (claim.id, record.evidence.n)
        for claim in ledger.claims
        for record in claim.readings
        if isinstance(record.evidence, Measured) and not record.evidence.timed
    }
    plan = Plan(taken)
    options = ["--collect-only", "-p", "no:terminal", "-p", "no:cacheprovider"]
    # Refute is imported here already, too late for pytest to rewrite its assertions: none matters.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    if pytest.main(["claims", *options], plugins=[plan]):
        raise SystemExit(
            "suite.py: the claims cannot be collected: see pytest claims --collect-only"
        )
    report(plan, ledger, arguments.most, plain=arguments.plain)


class Plan:
    """Every experiment of the suite, with the claim that asks for it first and its replicates."""

    def __init__(self, taken: dict[str, tuple[str, int]]) -> None:
        self.taken = taken
        self.claims: dict[Experiment, str] = {}
        self.replicates: dict[Experiment, int] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            found = asked(item)
            if found is not None and item.nodeid in self.taken:
                claim, n = self.taken[item.nodeid]
                for experiment in found[0].experiments():
                    self.claims.setdefault(experiment, claim)
                    self.replicates[experiment] = max(n, self.replicates.get(experiment, 0))


def report(plan: Plan, ledger: ledgers.Ledger, most: int, *, plain: bool) -> None:
    """Print the costliest claims, and with ``plain`` what the plain loop takes for all training."""
    ours, by_claim, loop, trained = 0.0, Counter[str](), 0.0, 0.0
    for experiment, claim in plan.claims.items():
        chunks = ceil(plan.replicates[experiment] / experiment.chunk)
        seconds = one_chunk(experiment) * chunks
        ours += seconds
        by_claim[claim] += seconds
        if isinstance(experiment, Training | DrawnTraining):
            trained += seconds
            loop += plain_seconds(experiment) * chunks if plain else 0
    here = Counter[str]()
    for claim in ledger.claims:
        for record in claim.readings:
            if not isinstance(record.evidence, Measured) or record.evidence.timed:
                here[claim.id] += record.duration
    print(
        "| claim | workers, processor seconds | searches and races, seconds |\n| --- | --- | --- |"
    )
    named = [claim for claim, _ in (by_claim + here).most_common(most)]
    for claim in named:
        print(f"| {claim} | {by_claim[claim]:.1f} | {here[claim]:.1f} |")
    left = ours - sum(by_claim[claim] for claim in named)
    left_here = sum(here.values()) - sum(here[claim] for claim in named)
    print(f"| the other {len(ledger.claims) - len(named)} | {left:.1f} | {left_here:.1f} |")
    print(f"| all | {ours:.0f} | {sum(here.values()):.0f} |")
    if not plain:
        return
    cores = len(os.sched_getaffinity(0))
    print(
        f"\ntraining: {trained:.0f} processor seconds of the lab, {trained / cores:.0f} s on "
        f"{cores} cores; the plain loop {loop:.0f} s: {loop / (trained / cores):.0f} times as long"
    )


def one_chunk(experiment: Experiment) -> float:
    """Processor seconds of an experiment's first chunk."""
    with one_thread():
        experiment.run(Replicates(0, 1, 0, experiment.stream))  # imports, caches
        start = time.process_time()
        experiment.run(Replicates(0, experiment.chunk, 0, experiment.stream))
        return time.process_time() - start


def plain_seconds(experiment: Training | DrawnTraining) -> float:
    """Seconds of the plain loop for the replicates of one chunk."""
    if isinstance(experiment, DrawnTraining):
        many = Replicates(0, experiment.chunk, 0, experiment.stream)
        return sum(_alone(experiment.training(many, k), 1) for k in many)
    return _alone(experiment, experiment.chunk)


def _alone(training: Training, count: int) -> float:
    steps = _steps(training, count)
    same = ("network", "data", "optimizer", "batch")
    kind = Training(**{name: getattr(training, name) for name in same})
    return count * steps * _plain_step(kind)


def _steps(training: Training, count: int) -> int:
    """Steps that a chunk takes: to its goal, if it has one."""
    if training.goal is None or training.staying:
        return training.steps
    run = training.train(Replicates(0, count, 0, training.stream))
    return int(run.steps[run.losses.shape[1] - 1])


_RATES: dict[Training, float] = {}


def _plain_step(training: Training) -> float:
    """Seconds of one step of nn.Sequential and torch.optim."""
    if training not in _RATES:
        alone = Replicates(0, 1)
        net = training.network.module(alone, 0)
        optimizer = training.optimizer.build(net.parameters())
        batches = minibatches(training.data.draw(alone), training.batch, alone)
        for timed in (5, TIMED_STEPS):
            start = time.perf_counter()
            for _ in range(timed):
                x, y = next(batches)
                optimizer.zero_grad()
                F.cross_entropy(net(x[0]), y[0]).backward()
                optimizer.step()
            _RATES[training] = (time.perf_counter() - start) / timed
    return _RATES[training]


if __name__ == "__main__":
    torch.manual_seed(0)
    main()
