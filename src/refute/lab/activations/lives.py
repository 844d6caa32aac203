"""Units that die in training, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.lab.activations.slopes import slopes
from refute.lab.bench.activations import LEAKY_SLOPE
from refute.lab.bench.data import Samples, minibatches
from refute.lab.bench.learning import learned, where
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import named
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.stack.stepping import Stepper
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.training import Training
from refute.quantity import Record, Recorded, Replicates, Series

AT_ONCE = 300
"""Samples looked at together: all of them would take hundreds of megabytes in deep networks."""


@dataclass(frozen=True)
class Lives(Training):
    """A training that looks at the hidden units before it starts and after every epoch.

    A unit is dead while its activation has slope 0 on every training sample, so that no gradient
    reaches its incoming weights.  Records, of the hidden units:

    - "dead units": those dead at the end;
    - "units that died": those dead at the end that were not at the start;
    - "all but dead units": those whose slope at the end is less than a leaky ReLU's (0.01) on
      every training sample, the dead ones included;
    - "once dead units": those of the second and later layers that were dead at some look;
    - "revived units": those of them that were not dead at some later look;
    - "test accuracy".

    Nothing is known of a network that did not learn.  Series: the share of dead units by step.

    Args:
        below_held: holds all layers below the last hidden one at their initial weights.
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
        all_but = _units_below(net, images, LEAKY_SLOPE)
        known = learned(run.correct(), self.data.test_count)
        return Record(
            {
                "test accuracy": Sample.exactly(run.correct(), self.data.test_count),
                **self._shares(dead, all_but, known),
            },
            (self._series(steps, dead),),
        )

    def _shares(
        self, dead: list[Tensor], all_but: Tensor, known: NDArray[np.bool_]
    ) -> dict[str, Sample]:
        history = torch.stack(dead)  # (looks, R, layers, units)
        deeper = history[:, :, 1:]
        before = torch.cummax(deeper.int(), 0).values.bool()
        once, revived = before[-1], (before[:-1] & ~deeper[1:]).any(0)
        units, of_deeper = history[0, 0].numel(), deeper[0, 0].numel()
        return {
            "dead units": where(known, _count(history[-1]), (0, units), units),
            "units that died": where(known, _count(history[-1] & ~history[0]), (0, units), units),
            "all but dead units": where(known, _count(all_but), (0, units), units),
            "once dead units": where(known, _count(once), (1, of_deeper), of_deeper),
            "revived units": where(known, _count(revived), (0, of_deeper), of_deeper),
        }

    def _epochs(
        self, net: StackedNetwork, samples: Samples, replicates: Replicates, steps: int
    ) -> Iterator[None]:
        """Train, and yield after every epoch."""
        step = Stepper(net, self.optimizer, self.batch, self.penalty, keep_zeros=self.keep_zeros)
        batches = minibatches(samples, self.batch, replicates)
        masks = dropout_masks(self.network, replicates, self.batch)
        below = [tensor for tensor in (*net.weights[:-2], *net.biases[:-2]) if tensor is not None]
        initial = [parameter.detach().clone() for parameter in below] if self.below_held else []
        for at in range(1, self.steps + 1):
            step(*next(batches), next(masks))
            with torch.no_grad():
                for parameter, as_it_was in zip(below, initial, strict=False):
                    parameter.copy_(as_it_was)
            if at % steps == 0:
                yield

    def _series(self, steps: NDArray[np.int64], dead: list[Tensor]) -> Series:
        shares = torch.stack([look.double().mean((1, 2)) for look in dead], 1).cpu().numpy()
        return Series(
            "dead units", "curve", "steps", "share of units", steps.astype(np.float64), shares
        )


def of_units(what: str, network: Network, **settings: object) -> Recorded:
    """A count recorded by :class:`Lives`: "dead units", "revived units", ..."""
    lives = Lives(network=network, **settings)  # type: ignore[arg-type]
    return named(lives, what, f"{what} in {lives.steps} steps")


def _units_below(net: StackedNetwork, images: Tensor, slope: float | None) -> Tensor:
    """Units (R, layers, units) whose slope is 0, or below ``slope``, on every image."""
    found: Tensor | None = None
    for part in images.split(AT_ONCE, dim=1):  # type: ignore[no-untyped-call]
        layers = []
        for z, _ in net.signals(part):
            of_layer = slopes(net.network, z)
            low = of_layer == 0 if slope is None else of_layer < slope
            layers.append(low.all(1))
        stacked = torch.stack(layers, 1)
        found = stacked if found is None else found & stacked
    assert found is not None
    return found


def _count(which: Tensor) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = which.flatten(1).sum(1).cpu().numpy().astype(np.int64)
    return numbers
