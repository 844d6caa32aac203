"""Experiments in a module that no worker can import."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Replicates, Series
from refute.quantity import Quantity, Recorded

STEPS = 5


@dataclass(frozen=True)
class Walk(Experiment):
    """A random walk; its end is the sample, its path the series."""

    label: str = "walk"
    chunk: int = 24  # divides none of the looks
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        steps = np.array([replicates.generator(k, "steps").normal(size=STEPS) for k in replicates])
        path = Series(
            "path", "curve", "step", "place", np.arange(1.0 * STEPS), steps.cumsum(axis=1)
        )
        return Record({"end": Sample.exactly(steps.sum(axis=1))}, (path,))


@dataclass(frozen=True)
class Stalls(Walk):
    """Whoever is first with the third chunk says who it is, and then hangs."""

    folder: Path = Path()

    def run(self, replicates: Replicates) -> Record:
        if replicates.first == 2 * self.chunk:
            try:
                with (self.folder / "begun").open("x") as file:
                    file.write(f"{os.getpid()}\n")
            except FileExistsError:
                pass
            else:
                time.sleep(600)
        (self.folder / f"done {replicates.first} {os.getpid()}").touch()
        return super().run(replicates)


@dataclass(frozen=True)
class Counted(Walk):
    """It leaves a file for each time that a chunk is run."""

    folder: Path = Path()

    def run(self, replicates: Replicates) -> Record:
        (self.folder / f"{replicates.first} {time.monotonic_ns()}").touch()
        return super().run(replicates)


@dataclass(frozen=True)
class Short(Walk):
    """It leaves a replicate out of its second chunk."""

    def run(self, replicates: Replicates) -> Record:
        record = super().run(replicates)
        return record.first(replicates.count - 1) if replicates.first == self.chunk else record


class OwnError(Exception):
    """A class that only this module has."""


@dataclass(frozen=True)
class Raises(Walk):
    """Its second chunk raises an error of this module's own."""

    def run(self, replicates: Replicates) -> Record:
        if replicates.first == self.chunk:
            raise OwnError("in chunk two")
        return super().run(replicates)


@dataclass(frozen=True)
class Threads(Walk):
    """Records how many threads libraries may use while a chunk runs."""

    def run(self, replicates: Replicates) -> Record:
        import torch
        from threadpoolctl import threadpool_info

        super().run(replicates)  # equal numbers count only if each replicate drew its own
        pools = max((pool["num_threads"] for pool in threadpool_info()), default=1)
        most = max(pools, torch.get_num_threads())
        return Record({"end": Sample.exactly(np.full(replicates.count, most))})


@dataclass(frozen=True)
class Where(Walk):
    """It leaves a file named after the process that ran a chunk."""

    folder: Path = Path()

    def run(self, replicates: Replicates) -> Record:
        (self.folder / str(os.getpid())).touch()
        return super().run(replicates)


@dataclass(frozen=True)
class Device(Walk):
    """Records whether it ran on an accelerator."""

    def run(self, replicates: Replicates) -> Record:
        super().run(replicates)
        accelerated = replicates.device == "cuda"
        return Record({"end": Sample.exactly(np.full(replicates.count, int(accelerated)))})


@dataclass(frozen=True)
class Kills(Walk):
    """It is the end of every process that runs it, as one without memory would be."""

    def run(self, replicates: Replicates) -> Record:
        os._exit(1)


@dataclass(frozen=True)
class Unsendable(Walk):
    """It holds something that no process can give to another."""

    held: object = None


def end(experiment: Experiment) -> Quantity:
    return Recorded(experiment, "end", "end of the walk")
