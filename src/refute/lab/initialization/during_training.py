"""What becomes of the scales of signals and gradients while a network trains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.lab.bench.data import minibatches
from refute.lab.bench.networks import Network
from refute.lab.bench.recording import finite_or_beyond
from refute.lab.bench.settings import experiment_of, named
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.stack.stepping import Stepper
from refute.lab.bench.training import Training
from refute.quantity import Record, Recorded, Replicates, Series

FIVE = Network(hidden=(100,) * 5)
"""Deep enough for a wrong scale to show, and to train within a few epochs if it is right."""

BEGINNING, LATER = 0.1, 0.5
"""The beginning of training are its steps up to this share of all, later are those from that."""

LOOKS, SEEN = 16, 100
"""How often the layers are looked at, ever more seldom, and on how many training samples."""


@dataclass(frozen=True)
class ScalesInTraining(Training):
    """Train, and look at the hidden layers on the way, on ``SEEN`` training samples.

    How unstable gradients are is the factor between the norms of the loss's gradient with respect
    to the outputs of the first and of the last hidden layer, whichever is larger on top: 1 where
    they neither vanish nor explode.

    Samples: "instability at the beginning", "instability later", the largest factor up to
    ``BEGINNING`` of the steps and from ``LATER`` on; "last layer over first before training",
    "... after training", the standard deviation of the last hidden layer's outputs over the
    first's.  Series: the factor by steps.
    """

    def measure(self, replicates: Replicates) -> Record:
        net = self.start(replicates)
        samples = self.data.draw(replicates)
        step = Stepper(net, self.optimizer, self.batch, self.penalty, keep_zeros=self.keep_zeros)
        batches = minibatches(samples, self.batch, replicates)
        masks = dropout_masks(self.network, replicates, self.batch)
        watched = samples.take(samples.train[:, :SEEN])
        grid, at = _looks(self.steps), 0
        factors = []
        before = _last_over_first(net, watched[0])
        for until in grid:
            for _ in range(until - at):
                step(*next(batches), next(masks))
            at = until
            factors.append(_instability(net, *watched))
        factor = np.stack(factors, axis=1)
        beginning, later = grid <= BEGINNING * self.steps, grid >= LATER * self.steps
        return Record(
            {
                "instability at the beginning": _known(factor[:, beginning].max(1)),
                "instability later": _known(factor[:, later].max(1)),
                "last layer over first before training": _known(before, 0.0),
                "last layer over first after training": _known(
                    _last_over_first(net, watched[0]), 0.0
                ),
            },
            (_series(grid, factor),),
        )


def _looks(steps: int) -> NDArray[np.int64]:
    """Steps at which the layers are looked at, the first before any of them."""
    return np.unique([0, *np.geomspace(1, steps, LOOKS).round().astype(np.int64)])


def _last_over_first(net: StackedNetwork, x: torch.Tensor) -> NDArray[np.float64]:
    first, *_, last = [h.double().var((1, 2), correction=0) for _, h in net.signals(x)]
    ratio: NDArray[np.float64] = torch.sqrt(last / first).cpu().numpy()
    return ratio


def _instability(net: StackedNetwork, x: torch.Tensor, y: torch.Tensor) -> NDArray[np.float64]:
    """The factor between the gradients at the first and the last hidden layer, (R,)."""
    with torch.enable_grad():
        outputs = [h for _, h in net.signals(x)]
        bias = net.biases[-1]
        logits = outputs[-1] @ net.weights[-1] + (0 if bias is None else bias)
        # Each replicate's own mean loss: the sum over replicates has their gradients side by side.
        loss = F.cross_entropy(logits.mT, y, reduction="sum") / y.shape[1]
        ends = torch.autograd.grad(loss, (outputs[0], outputs[-1]))
    first, last = (end.double().flatten(1).norm(dim=1).log() for end in ends)
    factor: NDArray[np.float64] = (first - last).abs().exp().cpu().numpy()
    return factor


def _known(factors: NDArray[np.float64], least: float = 1.0) -> Sample:
    """A network that diverged, or whose gradient is 0 throughout, has an unknown factor."""
    return finite_or_beyond(factors, np.full(len(factors), least))


def _series(grid: NDArray[np.int64], factor: NDArray[np.float64]) -> Series:
    words = "gradient at first over last hidden layer, or its inverse"
    return Series(words, "curve", "steps", words, grid.astype(np.float64), factor, log_y=True)


def instability(when: Literal["at the beginning", "later"], **settings: Any) -> Recorded:
    """How unstable the gradients of five hidden layers are in that part of training, at worst."""
    part = {"at the beginning": "in the first tenth of training", "later": "in its second half"}
    words = f"largest factor between the gradients of first and last hidden layer {part[when]}"
    training = experiment_of(ScalesInTraining, FIVE, settings)
    return named(training, f"instability {when}", words, unit="times")


def last_over_first(when: Literal["before", "after"], **settings: Any) -> Recorded:
    """Standard deviation of the last of five hidden layers' outputs over that of the first's."""
    words = f"standard deviation of the last hidden layer / of the first, {when} training"
    training = experiment_of(ScalesInTraining, FIVE, settings)
    return named(training, f"last layer over first {when} training", words, unit="times")
