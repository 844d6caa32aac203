"""How soon SGD leaves a local minimum for a deeper one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Replicates
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, Share
from refute.lab.momentum.sgd_step import Floats, momentum_words
from refute.quantity import Recorded

From = Literal["its wall", "its bottom"]

CAP = 10_000
"""The budget of a run, in steps."""

LOOK, AT_REST = 100, 1e-9
"""Steps between looks whether all runs have come to rest, and the length of their steps then."""


@dataclass(frozen=True)
class Escaping(Description, Experiment):
    """SGD in the double well x⁴/4 − x²/2 − t x, whose left minimum is local and right one global.

    The tilt t is uniform on [0, 0.2] (the left minimum vanishes at 0.385); the learning rate is
    drawn from 0.01 to 0.05 on a log scale.

    A run from "its wall" has no noise and starts between −2 and −1.6, with enough energy to cross
    the barrier.  A run from "its bottom" starts in the local minimum, with standard normal gradient
    noise.

    Records "steps": those until the run is past the top of the barrier, or [CAP, infinity) if it
    never is.  Records "left" too: 1 if it is past the top within CAP steps, otherwise 0.
    """

    momentum: Share
    released: From
    chunk: Count = 32
    stream: Natural = 0

    def run(self, replicates: Replicates) -> Record:
        drawn = np.array([replicates.generator(k, "well").random(3) for k in replicates]).T
        tilts, rates = 0.2 * drawn[0], 0.01 * 5 ** drawn[1]
        bottoms, tops = np.transpose([_critical_points(tilt) for tilt in tilts])
        noisy = self.released == "its bottom"
        starts = bottoms if noisy else -2 + 0.4 * drawn[2]
        noise = (
            np.stack([replicates.generator(k, "noise").standard_normal(CAP) for k in replicates], 1)
            if noisy
            else np.zeros((CAP, 1))
        )
        steps = self._descend(starts, tilts, rates, tops, noise)
        return Record({"steps": steps, "left": Sample.exactly(np.isfinite(steps.upper))})

    def _descend(
        self, starts: Floats, tilts: Floats, rates: Floats, tops: Floats, noise: Floats
    ) -> Sample:
        # One coordinate for each replicate.  Its learning rate scales its gradient; SGD's own is 1.
        position = torch.nn.Parameter(torch.from_numpy(starts.copy()))
        optimizer = torch.optim.SGD([position], lr=1.0, momentum=self.momentum, foreach=False)
        tilt, rate, top = map(torch.from_numpy, (tilts, rates, tops))
        disturbance = torch.from_numpy(noise)
        steps = torch.full((len(starts),), CAP)
        inside = torch.ones(len(starts), dtype=torch.bool)
        for step in range(CAP):
            x = position.detach()
            position.grad = rate * (x**3 - x - tilt + disturbance[step])
            optimizer.step()
            left = inside & (position.detach() > top)
            if left.any():
                steps[left] = step + 1
                inside &= ~left
                if not inside.any():
                    break
            if not step % LOOK and self._at_rest(x, position.detach(), position.grad):
                break
        lower = steps.double().numpy()
        return Sample(lower, np.where(inside.numpy(), np.inf, lower))

    def _at_rest(self, before: torch.Tensor, after: torch.Tensor, gradient: torch.Tensor) -> bool:
        """Whether nothing moves any more, as happens without noise where the gradient is zero."""
        slowest = max(float((after - before).abs().max()), float(gradient.abs().max()))
        return self.released != "its bottom" and slowest <= AT_REST


def _critical_points(tilt: float) -> tuple[float, float]:
    """The local minimum and the top of the barrier."""
    roots = np.sort(np.roots([1, 0, -1, -tilt]).real)
    return float(roots[0]), float(roots[1])


def leaves(*, momentum: float, released: From) -> Recorded:
    """Whether SGD leaves a local minimum, as 1 or 0."""
    given = f"from {released} with {momentum_words(momentum)}"
    return Recorded(Escaping(momentum, released), "left", "local minima left behind", given)


def steps_to_escape(*, momentum: float, released: From) -> Recorded:
    """Steps until SGD leaves a local minimum."""
    noise = " by gradient noise" if released == "its bottom" else ""
    given = f"from {released}{noise} with {momentum_words(momentum)}"
    label = "steps to leave a local minimum"
    return Recorded(Escaping(momentum, released), "steps", label, given, measured_in="steps")
