"""Where experiments compute: one thread per worker on the CPU, or an accelerator."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from refute.experiment import Experiment, Record, Replicates
from refute.lab.bench.description import Description


def require_device(name: str) -> str:
    """Return ``name`` if torch can compute on that device.

    Raises:
        ValueError: the device is unknown, or this machine does not have it.
    """
    if name not in ("cpu", "cuda"):
        raise ValueError(f"device {name!r} is unknown: choose cpu or cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device cuda: torch finds no CUDA device here; use cpu")
    return name


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit torch to one thread in the calling thread, since workers already run in parallel.

    Results then do not depend on the number of workers either.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class TorchExperiment(Description, Experiment):
    """Base of experiments that compute with torch, on one thread and without gradients.

    ``measure`` runs under ``torch.no_grad()``; code that needs gradients enters
    ``torch.enable_grad()``.  Draw random numbers on the CPU from
    ``replicates.generator(k, purpose)`` and move them to ``replicates.device``, so that devices
    differ only by round-off.
    """

    @property
    def setting(self) -> str:
        """The setting of the measurement, in words that can follow a quantity: "with SELU"."""
        return ""

    def run(self, replicates: Replicates) -> Record:
        require_device(replicates.device)
        with one_thread(), torch.no_grad():
            return self.measure(replicates)

    @abstractmethod
    def measure(self, replicates: Replicates) -> Record:
        """Run the replicates; each sample of the record has one number per replicate, in order."""
