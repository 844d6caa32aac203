"""torch's random numbers: their scale, range and evenness, and what their seeds do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from math import sqrt

import numpy as np
import torch
from torch import Tensor

from refute.lab.bench.conformance.points import (
    STANDARD_ERRORS,
    Check,
    as_array,
    first_reason,
    share_difference,
)

BLOCKS, BLOCK = 10, 1_000_000
"""Enough normal numbers that a scale that is off by 0.2 % lies beyond the standard errors."""

FEW, BINS = 100_000, 20


def randomness() -> Iterator[Check]:
    """Check the functions that draw, and the seeds of the global and of separate generators."""
    for name, draw in (
        ("torch.randn", lambda: torch.randn(BLOCK)),
        ("Tensor.normal_", lambda: torch.empty(BLOCK).normal_()),
    ):
        yield Check(name, "variance", partial(_check_variance, draw))
    for name, draw in (
        ("torch.rand", lambda: torch.rand(FEW)),
        ("torch.rand_like", lambda: torch.rand_like(torch.empty(FEW))),
        ("Tensor.uniform_", lambda: torch.empty(FEW).uniform_()),
        ("torch.randint", lambda: torch.randint(0, 1 << 24, (FEW,)).double() / (1 << 24)),
    ):
        yield Check(name, "from 0 to 1, evenly", partial(_check_uniform, draw))
    yield Check("torch.manual_seed", "numbers repeat with their seed", _check_global_seed)
    yield Check("Generator.manual_seed", "numbers repeat with their seed", _check_own_seed)


def _check_variance(draw: Callable[[], Tensor]) -> str:
    blocks = (draw().numpy() for _ in range(BLOCKS))
    variance = sum(float(np.dot(block, block)) for block in blocks) / (BLOCKS * BLOCK)
    allowed = STANDARD_ERRORS * sqrt(2 / (BLOCKS * BLOCK))
    if abs(variance - 1) <= allowed:
        return ""
    return f"variance {variance:.5g} instead of 1 ± {allowed:.2g}"


def _check_uniform(draw: Callable[[], Tensor]) -> str:
    """Check the share of every bin, and that the ends are reached and not passed.

    The furthest of so many numbers is within 30 / FEW of an end but for a chance of 1e-13.
    """
    drawn = as_array(draw())
    near = 30 / FEW
    if not (0 <= drawn.min() <= near and 1 - near <= drawn.max() < 1):
        return f"from {drawn.min():.5g} to {drawn.max():.5g} instead of 0 to 1"
    counts, _ = np.histogram(drawn, BINS, (0, 1))
    shares = [share_difference(count / FEW, 1 / BINS, FEW) for count in counts]
    repeated = 1 - len(np.unique(drawn)) / FEW
    return first_reason(*shares, "numbers that are copies" if repeated > 0.02 else "")


def _check_global_seed() -> str:
    def drawn(seed: int) -> Tensor:
        torch.manual_seed(seed)
        return torch.rand(4)

    return _check_seeds(drawn)


def _check_own_seed() -> str:
    def drawn(seed: int) -> Tensor:
        return torch.rand(4, generator=torch.Generator().manual_seed(seed))

    return first_reason(_check_seeds(drawn), _check_generators_apart())


def _check_seeds(drawn: Callable[[int], Tensor]) -> str:
    first, other, again = drawn(1), drawn(2), drawn(1)
    return first_reason(
        "" if torch.equal(first, again) else "other numbers from the same seed",
        "the same numbers from another seed" if torch.equal(first, other) else "",
    )


def _check_generators_apart() -> str:
    """Check that drawing from one generator leaves another where it is."""
    generators = [torch.Generator().manual_seed(1) for _ in range(2)]
    torch.rand(4, generator=generators[0])
    torch.rand(4)
    expected = torch.rand(4, generator=torch.Generator().manual_seed(1))
    apart = torch.equal(torch.rand(4, generator=generators[1]), expected)
    return "" if apart else "numbers that depend on other generators"
