"""Hold the bench and the installed torch against what is right, before a run trains anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from refute.lab.bench.conformance.activations import activations
from refute.lab.bench.conformance.dropouts import dropouts
from refute.lab.bench.conformance.initializers import initializers
from refute.lab.bench.conformance.losses import linear_maps, losses
from refute.lab.bench.conformance.normalization import normalizations
from refute.lab.bench.conformance.optimizers import optimizers
from refute.lab.bench.conformance.points import Check, Point, point
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
)


@dataclass(frozen=True)
class Conformance:
    """In which points the bench and a version of torch agree with what is right."""

    torch: str
    points: tuple[Point, ...]

    @property
    def wrong(self) -> tuple[Point, ...]:
        """The points in which they do not."""
        return tuple(point for point in self.points if not point.agrees)


def conform() -> Conformance:
    """Check every part; it takes a second or two, and always draws the same numbers.

    Torch's global generator, the number of its threads and the default type are left as they were.
    """
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        with one_thread(), torch_seeded(0), torch.no_grad():
            found = tuple(point(check) for checks in CHECKS for check in checks())
    finally:
        torch.set_default_dtype(default)
    return Conformance(str(torch.__version__), found)
