"""How soon SGD turns round when the slope reverses."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from hypothesis import strategies as st

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Positive


@dataclass(frozen=True)
class Turn(Description):
    """A slope that is constant for ``steps`` steps and then reverses.

    Args:
        slope: the gradient before the turn.
        steps: number of steps before the turn.
        learning_rate: of SGD.
    """

    slope: float
    steps: Count
    learning_rate: Positive

    @property
    def said(self) -> str:
        """The turn in words."""
        turn = f"a gradient of {self.slope:g} for {self.steps} steps, then of {-self.slope:g}"
        return turn.replace("-", "−")

    def steps_in_the_old_direction(self, *, momentum: float, at_most: int) -> int:
        """Steps that ``torch.optim.SGD`` takes in the old direction after the turn.

        With momentum m there are ln(2 - m^steps) / -ln(m): the velocity, a sum of gradients
        weighted by powers of m, keeps its sign that long.  Counting stops at ``at_most``.
        """
        position = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
        optimizer = torch.optim.SGD(
            [position], lr=self.learning_rate, momentum=momentum, foreach=False
        )
        before = torch.full((1,), self.slope, dtype=torch.float64)
        position.grad = before
        for _ in range(self.steps):
            optimizer.step()
        position.grad = -before
        for count in range(at_most):
            at = float(position.detach())
            optimizer.step()
            if (float(position.detach()) - at) * self.slope >= 0:
                return count
        return at_most


def turns() -> st.SearchStrategy[Turn]:
    """Draw slopes of size 0.001 to 1000, 50 to 100 steps, and any usual learning rate."""
    size = st.floats(1e-3, 1e3)
    return st.builds(
        Turn,
        slope=st.one_of(size, size.map(lambda value: -value)),
        steps=st.integers(50, 100),
        learning_rate=st.floats(1e-4, 1.0),
    )
