"""Given quadratic bowls, and SGD on them step by step."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, pi, sqrt

import numpy as np
import torch
from hypothesis import strategies as st


@dataclass(frozen=True)
class Bowl:
    """The quadratic ½ Σ c x² with its minimum at the origin, and a start on its wall."""

    curvatures: tuple[float, ...]
    start: tuple[float, ...]


def bowls(
    *, flattest: float = 1e-5, steepest: float = 1.0, axes: int = 4
) -> st.SearchStrategy[Bowl]:
    """Bowls of one to ``axes`` axes, of curvatures from ``flattest`` to ``steepest``.

    They are drawn evenly on a log scale; a start lies 0.01 to 100 from the minimum on each axis.
    """
    magnitudes = st.floats(float(np.log10(flattest)), float(np.log10(steepest)))
    curvature = magnitudes.map(lambda exponent: float(np.clip(10**exponent, flattest, steepest)))
    coordinate = st.one_of(st.floats(0.01, 100), st.floats(-100, -0.01))
    return st.integers(1, axes).flatmap(
        lambda n: st.builds(
            Bowl,
            st.lists(curvature, min_size=n, max_size=n).map(tuple),
            st.lists(coordinate, min_size=n, max_size=n).map(tuple),
        )
    )


def carried_past_minimum(bowl: Bowl, *, momentum: float) -> bool:
    """Whether SGD at learning rate 1 comes out on the far side of the minimum along every axis.

    It is given half a period of the flattest axis' frictionless swing, π/√c steps: twice as long
    as a frictionless swing needs to pass the minimum.
    """
    parameter = torch.nn.Parameter(torch.tensor(bowl.start, dtype=torch.float64))
    curvature = torch.tensor(bowl.curvatures, dtype=torch.float64)
    side = parameter.detach().sign()
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=momentum, foreach=False)
    passed = torch.zeros(len(bowl.start), dtype=torch.bool)
    for _ in range(1 + ceil(pi / sqrt(min(bowl.curvatures)))):
        parameter.grad = curvature * parameter.detach()
        optimizer.step()
        passed |= parameter.detach().sign() == -side
        if passed.all():
            return True
    return False
