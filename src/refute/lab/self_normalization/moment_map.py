"""The map from the mean and variance of one layer to those of the next, in closed form.

Klambauer et al. (2017, equations 4 and 5): if a layer's inputs have mean mu and variance nu, the
pre-activations z of its units are approximately normal with mean omega mu and variance tau nu.
Here omega is the sum of a unit's weights and tau the sum of their squares; normalized weights have
omega 0 and tau 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, erfc, exp, pi, sqrt

from hypothesis import strategies as st

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import NonNegative
from refute.lab.bench.stack.elementwise import SELU_ALPHA, SELU_SCALE
from refute.wording import unit_variance, zero_mean

SELU = (SELU_ALPHA, SELU_SCALE)
ELU = (1.0, 1.0)
"""alpha and lambda of an exponential unit: lambda x, or lambda alpha (e^x - 1) where x < 0."""

LAYERS = 80
NEAR = 1e-6


@dataclass(frozen=True)
class Moments(Description):
    """Mean and variance of the outputs of a layer's units."""

    mean: float
    variance: NonNegative

    @property
    def said(self) -> str:
        return f"mean {self.mean:.3g} and variance {self.variance:.3g}".replace("-", "−")

    def next_layer(self, units: tuple[float, float], omega: float = 0.0) -> Moments:
        """The moments of the next layer, of exponential units with (alpha, lambda) ``units``."""
        alpha, scale = units
        m, v = omega * self.mean, self.variance
        if v == 0:
            out = scale * (m if m > 0 else alpha * (exp(m) - 1))
            return Moments(out, 0.0)
        s = sqrt(v)
        below = erfc(m / (s * sqrt(2))) / 2
        density = s * exp(-(m**2) / (2 * v)) / sqrt(2 * pi)
        # E[e^z; z < 0] and E[e^2z; z < 0] of a normal z.
        once = exp(m + v / 2) * erfc((m + v) / (s * sqrt(2))) / 2
        twice = exp(2 * m + 2 * v) * erfc((m + 2 * v) / (s * sqrt(2))) / 2
        above = (1 + erf(m / (s * sqrt(2)))) / 2
        mean = scale * (m * above + density + alpha * (once - below))
        square = scale**2 * (
            (m**2 + v) * above + m * density + alpha**2 * (twice - 2 * once + below)
        )
        return Moments(mean, square - mean**2)


def moments() -> st.SearchStrategy[Moments]:
    """Draw moments from the domain of Theorem 1 of Klambauer et al. (2017)."""
    means, variances = zero_mean(), unit_variance()
    return st.builds(
        Moments,
        st.floats(float(means.low or 0), float(means.high or 0)),
        st.floats(float(variances.low or 0), float(variances.high or 0)),
    )


def arrives_at_zero_and_one(start: Moments, units: tuple[float, float]) -> bool:
    """Whether ``LAYERS`` layers with normalized weights lead to mean 0 and variance 1."""
    current = start
    for _ in range(LAYERS):
        current = current.next_layer(units)
    return abs(current.mean) < NEAR and abs(current.variance - 1) < NEAR
