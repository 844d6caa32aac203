"""Units that die in training, and whether they revive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates, Series
from refute.lab.activations.activity import counts
from refute.lab.activations.slopes import slopes
from refute.lab.bench.activations import LEAKY_SLOPE
from refute.lab.bench.data import Samples
from refute.lab.bench.learning import learned, partly_known
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import named
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.training import Training
from refute.quantity import Recorded

AT_ONCE = 300
"""Samples evaluated at a time: all at once would take hundreds of megabytes in deep networks."""


@dataclass(frozen=True)
class Lives(Training):
    """A training that checks for dead hidden units before it starts and after every epoch.

    A unit is dead if its activation has slope 0 on every training sample, so that no gradient
    reaches its incoming weights.  Records "test accuracy" and counts of hidden units:

    - "dead units": dead at the end;
    - "units that died": dead at the end but not at the start;
    - "all but dead units": at the end, the slope is below a leaky ReLU's (0.01) on every training
      sample; includes dead units;
    - "once dead units": in the second or a later layer, and dead at some check;
    - "revived units": once dead, and not dead at some later check.

    The counts are unknown for a network that did not learn.  Series: the share of dead units over
    steps.

    Args:
        below_held: whether all layers below the last hidden one keep their initial weights.
    """

    below_held: bool = False

    @property
    def differences(self) -> list[str]:
        held = ["layers below the last hidden one held fixed"] if self.below_held else []
        return super().differences + held

    def measure(self, replicates: Replicates) -> Record:
        net, samples = self.start(replicates), self.data.draw(replicates)
        images, _ = samples.take(samples.train)
        run = TrainedStack(net, samples, self.goal, self.steps)
        epoch = self.data.train_count // self.batch
        steps = np.arange(0, self.steps + 1, epoch, dtype=np.int64)
        dead = [_units_below(net, images, None)]
        for _ in self._epochs(net, samples, replicates, epoch):
            dead.append(_units_below(net, images, None))
        nearly_dead = _units_below(net, images, LEAKY_SLOPE)
        known = learned(run.correct(), self.data.test_count)
        return Record(
            {
                "test accuracy": Sample.exactly(run.correct(), self.data.test_count),
                **self._shares(dead, nearly_dead, known),
            },
            (self._series(steps, dead),),
        )

    def _shares(
        self, dead: list[Tensor], nearly_dead: Tensor, known: NDArray[np.bool_]
    ) -> dict[str, Sample]:
        history = torch.stack(dead)  # (checks, R, layers, units)
        deeper = history[:, :, 1:]
        dead_so_far = torch.cummax(deeper.int(), 0).values.bool()
        once, revived = dead_so_far[-1], (dead_so_far[:-1] & ~deeper[1:]).any(0)
        units, deeper_units = history[0, 0].numel(), deeper[0, 0].numel()
        return {
            "dead units": partly_known(known, counts(history[-1]), (0, units), units),
            "units that died": partly_known(
                known, counts(history[-1] & ~history[0]), (0, units), units
            ),
            "all but dead units": partly_known(known, counts(nearly_dead), (0, units), units),
            "once dead units": partly_known(known, counts(once), (1, deeper_units), deeper_units),
            "revived units": partly_known(known, counts(revived), (0, deeper_units), deeper_units),
        }

    def _epochs(
        self, net: StackedNetwork, samples: Samples, replicates: Replicates, steps: int
    ) -> Iterator[None]:
        """Train, yielding after every epoch of ``steps`` steps."""
        take_step = self.stepping(net, samples, replicates)
        below = [tensor for tensor in (*net.weights[:-2], *net.biases[:-2]) if tensor is not None]
        initial = [parameter.detach().clone() for parameter in below] if self.below_held else []
        for at in range(1, self.steps + 1):
            take_step()
            with torch.no_grad():
                for parameter, start in zip(below, initial, strict=False):
                    parameter.copy_(start)
            if at % steps == 0:
                yield

    def _series(self, steps: NDArray[np.int64], dead: list[Tensor]) -> Series:
        shares = torch.stack([look.double().mean((1, 2)) for look in dead], 1).cpu().numpy()
        return Series(
            "dead units", "curve", "steps", "share of units", steps.astype(np.float64), shares
        )


def share_of_units(key: str, network: Network, **settings: object) -> Recorded:
    """Share of the hidden units that :class:`Lives` counts under ``key``: "dead units", ..."""
    lives = Lives(network=network, **settings)  # type: ignore[arg-type]
    return named(lives, key, f"{key} in {lives.steps} steps")


def _units_below(net: StackedNetwork, images: Tensor, slope: float | None) -> Tensor:
    """Mask (R, layers, units) of units whose slope is 0, or below ``slope``, on every image."""
    shape = (net.replicates, len(net.network.hidden), net.network.hidden[0])
    below = torch.ones(shape, dtype=torch.bool, device=images.device)
    for part in images.split(AT_ONCE, dim=1):  # type: ignore[no-untyped-call]
        for layer, (z, _) in enumerate(net.signals(part)):
            # Most units are seen to be alive on the first images.
            if below[:, layer].any():
                layer_slopes = slopes(net.network, z)
                low = layer_slopes == 0 if slope is None else layer_slopes < slope
                below[:, layer] &= low.all(1)
        if not below.any():
            break
    return below
