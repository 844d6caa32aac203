"""Quadratic bowls under torch's own SGD: where a run goes, when it settles, how noise shakes it.

Along an axis of curvature c, a step of SGD with learning rate r maps (position, velocity)
linearly, and the map depends on r·c alone, called the stiffness here (Goh 2017, "First steps:
gradient descent" and "Dynamics of momentum").  The map is read off ``torch.optim.SGD`` itself,
by letting it take one step from unit states; its eigenvalues then say where a run is after any
number of steps, also where nobody would wait for it (a hundred million).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, inf, pi, sqrt

import numpy as np
import torch
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import solve_discrete_lyapunov

from refute.decision.samples import Sample
from refute.quantity import Experiment, Record, Recorded, Replicates, Series

Floats = NDArray[np.float64]

TOLERANCE = 1e-3
"""A run has settled when it stays within this share of its first distance from the minimum."""

AXES = 10
"""Axes of a random bowl: enough for several time scales at once."""

HALF_SWINGS, POINTS = 6, 24
"""Of a drawn trajectory: half swings without friction that it spans, and points in each."""

WINDOW = 4096
"""Positions that are computed at a time when looking for the last one outside the tolerance."""


# --- one step, taken by torch --------------------------------------------------------------


def sgd_step(
    gradient: Floats, position: Floats, velocity: Floats, momentum: float, *, nesterov: bool
) -> tuple[Floats, Floats]:
    """Position and velocity after one step of ``torch.optim.SGD`` at learning rate 1.

    Without momentum torch keeps no velocity, and it stays zero.
    """
    parameter = torch.nn.Parameter(torch.from_numpy(position.copy()))
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=momentum, nesterov=nesterov)
    if momentum:
        optimizer.state[parameter]["momentum_buffer"] = torch.from_numpy(velocity.copy())
    parameter.grad = torch.from_numpy(gradient.copy())
    optimizer.step()
    after = optimizer.state[parameter].get("momentum_buffer") if momentum else None
    at_rest = np.zeros_like(position)
    return parameter.detach().numpy(), at_rest if after is None else after.numpy()


def step_matrices(stiffness: Floats, momentum: float, *, nesterov: bool = False) -> Floats:
    """The linear map of (position, velocity) that one SGD step is, along each axis.

    Args:
        stiffness: learning rate times curvature, shape (axes,).
        momentum: of the optimizer, 0 or more.
        nesterov: whether torch takes the gradient ahead.

    Returns:
        Shape (axes, 2, 2).
    """
    nothing, one = np.zeros_like(stiffness), np.ones_like(stiffness)
    moved = sgd_step(stiffness, one, nothing, momentum, nesterov=nesterov)
    coasted = sgd_step(nothing, nothing, one, momentum, nesterov=nesterov)
    if not momentum:
        coasted = nothing, nothing
    return np.stack([np.stack(moved, -1), np.stack(coasted, -1)], -1)


def stable_limit(momentum: float, *, nesterov: bool = False) -> float:
    """The stiffness below which SGD converges on every quadratic and above which on none.

    Bisected to adjacent doubles by the spectral radius of torch's own step.  Goh (2017) gives
    2 (1 + momentum) for the heavy ball.
    """
    low, high = 0.0, 8.0
    while low < (middle := (low + high) / 2) < high:
        matrix = step_matrices(np.array([middle]), momentum, nesterov=nesterov)[0]
        if np.abs(np.linalg.eigvals(matrix)).max() < 1:
            low = middle
        else:
            high = middle
    return low


# --- given bowls, run step by step ---------------------------------------------------------


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


# --- random bowls, in closed form ----------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """A run of SGD from rest on one bowl: position after t steps is Σ shares · roots^t."""

    roots: NDArray[np.complex128]
    shares: NDArray[np.complex128]

    @classmethod
    def of(
        cls, stiffness: Floats, start: Floats, momentum: float, *, nesterov: bool = False
    ) -> Run:
        """The run whose steps are those of :func:`step_matrices`."""
        matrices = step_matrices(stiffness, momentum, nesterov=nesterov).astype(np.complex128)
        roots, vectors = np.linalg.eig(matrices)
        at_rest = np.stack([start, np.zeros_like(start)], -1)[..., None]
        weights = np.linalg.solve(vectors, at_rest)[..., 0]
        return cls(roots, vectors[:, 0, :] * weights)

    def positions(self, first: int, count: int) -> Floats:
        """Positions after ``first`` and the following steps, shape (axes, count up to WINDOW)."""
        scaled = self.shares * self.roots**first
        return np.asarray(np.einsum("ar,art->at", scaled, self._powers[..., :count]).real)

    @cached_property
    def _powers(self) -> NDArray[np.complex128]:
        return np.asarray(self.roots[..., None] ** np.arange(WINDOW))

    def settled_after(self) -> float:
        """Steps until the distance from the minimum stays within ``TOLERANCE`` of its start.

        Returns:
            A whole number, or infinity where the run never settles.
        """
        if (np.abs(self.roots[self.shares != 0]) >= 1).any():
            return inf
        allowed = TOLERANCE * float(np.linalg.norm(self.positions(0, 1)))
        low, high = 0, 1
        while self._bound(high) > allowed:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._bound(middle) > allowed else (low, middle)
        return self._last_outside(allowed, before=high) + 1

    def crossings(self, axis: int, steps: float) -> float:
        """How often the position along an axis changes sign within ``steps`` steps.

        For stiffness of at most 1, where an axis either swings by less than half a turn a step or
        creeps, and then passes the minimum at most once.
        """
        if steps == inf:
            return inf
        swinging = int(np.argmax(self.roots[axis].imag))
        turn = float(np.angle(self.roots[axis, swinging]))
        if not 0 < turn < pi:
            begin, end = (self.positions(at, 1)[axis, 0] for at in (0, int(steps)))
            return float(begin * end < 0)
        phase = float(np.angle(self.shares[axis, swinging]))
        return floor((phase + turn * steps) / pi + 0.5) - floor(phase / pi + 0.5)

    def _bound(self, steps: int) -> float:
        """At least the distance from the minimum, and falling from step to step."""
        sizes = (np.abs(self.shares) * np.abs(self.roots) ** float(steps)).sum(-1)
        return float(np.linalg.norm(sizes))

    def _last_outside(self, allowed: float, before: int) -> int:
        """The last step at which the distance is more than ``allowed``."""
        while True:
            first = max(0, before - WINDOW)
            distances = np.linalg.norm(self.positions(first, before - first), axis=0)
            outside = np.flatnonzero(distances > allowed)
            if len(outside):
                return first + int(outside[-1])
            before = first


@dataclass(frozen=True)
class Settling(Experiment):
    """SGD on random bowls until it settles.

    A replicate draws its condition number evenly on a log scale, curvatures between the two
    extremes likewise, and a standard normal start; its learning rate is one over the greatest
    curvature, which is stable whatever the momentum.

    Records ``steps`` until settled and ``crossings`` of the minimum along the flattest axis till
    then.  Series: the way along the flattest axis of the most elongated of these bowls, from 1.
    """

    momentum: float
    condition: tuple[float, float]
    nesterov: bool = False
    chunk: int = 32
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        runs = [self._run(replicates.generator(k, "bowl")) for k in replicates]
        steps = [run.settled_after() for run in runs]
        crossings = [run.crossings(0, end) for run, end in zip(runs, steps, strict=True)]
        samples = {"steps": _exactly(steps), "crossings": _exactly(crossings)}
        return Record(samples, (self._trajectory(replicates.count),))

    def _trajectory(self, replicates: int) -> Series:
        """The same for every replicate: it depends on the bowl's shape alone."""
        longest = self.condition[1]
        run = Run.of(np.array([1 / longest]), np.ones(1), self.momentum, nesterov=self.nesterov)
        end = HALF_SWINGS * pi * sqrt(longest)
        steps = np.unique(np.linspace(0, end, HALF_SWINGS * POINTS + 1).round())
        positions = np.array([run.positions(int(step), 1)[0, 0] for step in steps])
        return Series(
            f"flattest axis of a bowl of condition number {longest:g}".replace("e+0", "e"),
            "trajectory",
            "steps",
            "position",
            steps,
            np.tile(positions, (replicates, 1)),
        )

    def _run(self, random: np.random.Generator) -> Run:
        greatest = random.uniform(*np.log10(self.condition))
        between = np.sort(random.uniform(-greatest, 0, AXES - 2))
        stiffness = 10.0 ** np.array([-greatest, *between, 0.0])
        start = random.standard_normal(AXES)
        return Run.of(stiffness, start, self.momentum, nesterov=self.nesterov)


@dataclass(frozen=True)
class Shaking(Experiment):
    """Where gradient noise keeps SGD: the variance of the position around the minimum.

    One axis, its stiffness drawn evenly on a log scale from 1e-4 to 1, white gradient noise.  The
    stationary covariance S solves S = M S Mᵀ + b bᵀ, where M is torch's step and b what it makes
    of a unit of noise (Mandt, Hoffman and Blei 2017 have it in continuous time).

    ``slowed`` divides the learning rate by what the momentum multiplies it with in the long run,
    1 / (1 - momentum).  Records ``variance``.
    """

    momentum: float
    slowed: bool = False
    chunk: int = 32
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        drawn = [replicates.generator(k, "bowl").uniform(-4, 0) for k in replicates]
        rates = 10.0 ** np.array(drawn) * ((1 - self.momentum) if self.slowed else 1)
        return Record({"variance": Sample.exactly(shaken_variance(rates, self.momentum))})


def shaken_variance(rates: Floats, momentum: float) -> Floats:
    """Stationary variance of the position at curvature 1 and unit gradient noise, per rate."""
    nothing = np.zeros_like(rates)
    pushes = np.stack(sgd_step(rates, nothing, nothing, momentum, nesterov=False), -1)
    matrices = step_matrices(rates, momentum)
    covariances = [
        solve_discrete_lyapunov(matrix, np.outer(push, push))
        for matrix, push in zip(matrices, pushes, strict=True)
    ]
    return np.array([covariance[0, 0] for covariance in covariances])


# --- quantities ----------------------------------------------------------------------------


def steps_to_settle(
    *, momentum: float, condition: tuple[float, float], nesterov: bool = False
) -> Recorded:
    """Steps that SGD needs on a random bowl until it stays close to the minimum."""
    given = f"{_on(condition)} with {_momentum(momentum, nesterov)}"
    settling = Settling(momentum, condition, nesterov)
    return Recorded(settling, "steps", "steps to settle", given, measured_in="steps")


def swings_before_settling(*, momentum: float, condition: tuple[float, float]) -> Recorded:
    """How often SGD passes a random bowl's minimum along the flattest axis until it settles."""
    given = f"{_on(condition)} with {_momentum(momentum)}"
    what = "passes of the minimum before settling"
    return Recorded(Settling(momentum, condition), "crossings", what, given)


def variance_under_noise(*, momentum: float, slowed: bool = False) -> Recorded:
    """The variance at which gradient noise keeps SGD around the minimum of a quadratic."""
    slowly = " at a learning rate lowered in proportion" if slowed else ""
    given = f"with {_momentum(momentum)}{slowly}"
    return Recorded(Shaking(momentum, slowed), "variance", "variance under gradient noise", given)


def _on(condition: tuple[float, float]) -> str:
    least, greatest = condition
    return f"on quadratics of condition number {least:g}" + (
        f" to {greatest:g}" if greatest > least else ""
    )


def _momentum(momentum: float, nesterov: bool = False) -> str:
    kind = "Nesterov momentum" if nesterov else "momentum"
    return f"{kind} {momentum}" if momentum else f"no {kind}"


def _exactly(values: Sequence[float]) -> Sample:
    """Whole numbers as integers, unless some run never ends."""
    whole = np.isfinite(values).all()
    return Sample.exactly(np.array(values, dtype=np.int64 if whole else np.float64))
