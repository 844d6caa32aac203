"""SGD on given quadratic bowls, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, pi, sqrt

import numpy as np
import torch
from hypothesis import strategies as st

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Positive
from refute.lab.bench.saying import listed


@dataclass(frozen=True)
class Bowl(Description):
    """The quadratic ½ Σ c x², whose minimum is the origin, and a starting point."""

    curvatures: tuple[Positive, ...]
    start: tuple[float, ...]

    @property
    def said(self) -> str:
        curvature = "curvature" if len(self.curvatures) == 1 else "curvatures"
        return f"{curvature} {listed(self.curvatures)}, from {listed(self.start)}"


def bowls() -> st.SearchStrategy[Bowl]:
    """Draw bowls of one to four axes, with curvatures from 1e-5 to 1.

    Curvatures are drawn on a log scale; each coordinate of a start is 0.01 to 100 from 0.
    """
    curvature = st.floats(-5, 0).map(lambda exponent: float(np.clip(10**exponent, 1e-5, 1)))
    coordinate = st.one_of(st.floats(0.01, 100), st.floats(-100, -0.01))
    return st.integers(1, 4).flatmap(
        lambda n: st.builds(
            Bowl,
            st.lists(curvature, min_size=n, max_size=n).map(tuple),
            st.lists(coordinate, min_size=n, max_size=n).map(tuple),
        )
    )


def carried_past_minimum(bowl: Bowl, *, momentum: float) -> bool:
    """Whether SGD at learning rate 1 passes the minimum along every axis.

    It may take π/√c steps for the flattest curvature c.  That is half the period of a frictionless
    oscillation, which passes the minimum in half that time.
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
