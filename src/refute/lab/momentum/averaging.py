"""Two forms of momentum: a velocity that sums gradients, and one that averages them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, Positive, Share
from refute.lab.momentum.sgd_step import sgd_step


@dataclass(frozen=True)
class Descent(Description):
    """SGD from 1 on a one-dimensional quadratic, with noisy gradients.

    Args:
        momentum: m of both forms.
        learning_rate: of the form that sums gradients, v <- m v + g.
        steps: number of steps.
        seed: of the curvature, uniform on [0, 1], and the standard normal gradient noise.
    """

    momentum: Share
    learning_rate: Positive
    steps: Count
    seed: Natural

    @property
    def said(self) -> str:
        """The descent in words."""
        return f"{self.steps} steps with momentum {self.momentum:g}"

    def summing(self) -> np.ndarray:
        """Positions after each step of ``torch.optim.SGD``, the summing form; shape (steps,)."""
        curvature, noise = self._drawn()
        position, velocity, positions = np.ones(1), np.zeros(1), []
        for disturbance in noise:
            gradient = self.learning_rate * (curvature * position + disturbance)
            position, velocity = sgd_step(
                gradient, position, velocity, self.momentum, nesterov=False
            )
            positions.append(float(position[0]))
        return np.array(positions)

    def averaging(self, *, learning_rate: float) -> np.ndarray:
        """Positions after each step with v <- m v + (1 - m) g and ``learning_rate``; (steps,)."""
        curvature, noise = self._drawn()
        position, velocity, positions = 1.0, 0.0, []
        for disturbance in noise:
            gradient = curvature * position + disturbance
            velocity = self.momentum * velocity + (1 - self.momentum) * gradient
            position -= learning_rate * velocity
            positions.append(position)
        return np.array(positions)

    def _drawn(self) -> tuple[float, np.ndarray]:
        random = np.random.default_rng(self.seed)
        return random.random(), random.standard_normal(self.steps)


def averaging_equals_summing(descent: Descent, *, factor: float) -> bool:
    """Whether both forms take the same path if averaging has ``factor`` times the learning rate.

    The same up to round-off, a millionth of the largest distance from the start.
    """
    summed = descent.summing()
    averaged = descent.averaging(learning_rate=factor * descent.learning_rate)
    return bool(np.abs(summed - averaged).max() <= 1e-6 * np.abs(summed - 1).max())


def descents(momenta: st.SearchStrategy[float]) -> st.SearchStrategy[Descent]:
    """Draw descents of 5 to 50 steps at learning rates from 0.001 to 0.1."""
    return st.builds(
        Descent,
        momentum=momenta,
        learning_rate=st.floats(1e-3, 0.1),
        steps=st.integers(5, 50),
        seed=st.integers(0, 2**31),
    )
