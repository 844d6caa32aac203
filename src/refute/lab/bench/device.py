"""Where experiments compute: one thread per worker on the CPU, or an accelerator."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from refute.quantity import Experiment, Record, Replicates


def require_device(name: str) -> str:
    """Return ``name`` if torch can compute there.

    Raises:
        ValueError: the device is unknown, or this machine has none.
    """
    if name not in ("cpu", "cuda"):
        raise ValueError(f"device {name!r} is unknown: choose cpu or cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device cuda: torch finds no CUDA device here; use cpu")
    return name


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread in the calling thread: the workers are what runs in parallel.

    It also makes the numbers independent of how many workers there are.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class TorchExperiment(Experiment):
    """An experiment that computes with torch: one thread, no gradients unless it asks.

    ``measure`` runs under ``torch.no_grad()``; what trains opens ``torch.enable_grad()``.
    Random numbers are drawn on the CPU from ``replicates.generator(k, purpose)`` and moved to
    ``replicates.device``, so that devices differ by round-off only.
    """

    @property
    def setting(self) -> str:
        """What it is measured in, as words that can follow on what is measured: "with SELU"."""
        return ""

    def run(self, replicates: Replicates) -> Record:
        require_device(replicates.device)
        with one_thread(), torch.no_grad():
            return self.measure(replicates)

    @abstractmethod
    def measure(self, replicates: Replicates) -> Record:
        """One number per replicate in every sample, in order."""
