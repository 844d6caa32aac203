"""Check the bench and the installed torch against formulas, before a run trains anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from refute.lab.bench.conformance.activations import activations
from refute.lab.bench.conformance.dropouts import dropouts
from refute.lab.bench.conformance.functions import functions
from refute.lab.bench.conformance.initializers import initializers
from refute.lab.bench.conformance.losses import linear_maps, losses
from refute.lab.bench.conformance.normalization import normalizations
from refute.lab.bench.conformance.optimizers import optimizers
from refute.lab.bench.conformance.points import Check, Point, run_check
from refute.lab.bench.conformance.randomness import randomness
from refute.lab.bench.conformance.steps import steps
from refute.lab.bench.device import one_thread
from refute.lab.bench.small_networks import torch_seeded

CHECKS: tuple[Callable[[], Iterator[Check]], ...] = (
    initializers,
    dropouts,
    activations,
    linear_maps,
    losses,
    normalizations,
    optimizers,
    steps,
    functions,
    randomness,
)


@dataclass(frozen=True)
class Conformance:
    """The points in which the bench and a version of torch were checked."""

    torch: str
    points: tuple[Point, ...]

    @property
    def wrong(self) -> tuple[Point, ...]:
        """The points that disagree with their formula."""
        return tuple(point for point in self.points if not point.agrees)


def conform() -> Conformance:
    """Run every check, which takes a second or two and always draws the same numbers.

    torch's global generator, number of threads and default dtype are restored afterwards.
    """
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        with one_thread(), torch_seeded(0), torch.no_grad():
            points = tuple(run_check(check) for checks in CHECKS for check in checks())
    finally:
        torch.set_default_dtype(default)
    return Conformance(str(torch.__version__), points)
