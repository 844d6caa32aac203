"""How the scales of signals and gradients change while a network trains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates, Series
from refute.lab.bench.networks import Network
from refute.lab.bench.recording import finite_or_beyond
from refute.lab.bench.settings import experiment_of, named
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.training import Training
from refute.quantity import Recorded

FIVE = Network(hidden=(100,) * 5)
"""Deep enough to show a wrong scale, and trains within a few epochs if the scale is right."""

BEGINNING, LATER = 0.1, 0.5
"""Shares of all steps: "the beginning" ends at the first, "later" starts at the second."""

LOOKS, SEEN = 16, 100
"""Number of measurements, spaced evenly on a log scale of steps, and of training samples used."""


@dataclass(frozen=True)
class ScalesInTraining(Training):
    """A training that measures the hidden layers on the way, on ``SEEN`` training samples.

    The instability of gradients is the ratio of two norms, the larger over the smaller: those of
    the loss's gradients with respect to the outputs of the first and the last hidden layer.  It is
    1 if gradients neither vanish nor explode.

    Records:

    - "instability at the beginning", "instability later": the largest up to the share
      ``BEGINNING`` of the steps, and from the share ``LATER`` on;
    - "decades at the beginning", "decades later": their base-10 logarithms;
    - "last layer over first before training", "last layer over first after training": standard
      deviation of the last hidden layer's outputs over that of the first's.

    Series: the instability over steps.
    """

    def measure(self, replicates: Replicates) -> Record:
        net = self.start(replicates)
        samples = self.data.draw(replicates)
        take_step = self.stepping(net, samples, replicates)
        watched = samples.take(samples.train[:, :SEEN])
        grid, at = _looks(self.steps), 0
        instabilities = []
        before = _last_over_first(net, watched[0])
        for until in grid:
            for _ in range(until - at):
                take_step()
            at = until
            instabilities.append(_instability(net, *watched))
        instability = np.stack(instabilities, axis=1)
        beginning, later = grid <= BEGINNING * self.steps, grid >= LATER * self.steps
        largest = {
            "at the beginning": instability[:, beginning].max(1),
            "later": instability[:, later].max(1),
        }
        return Record(
            {
                **{f"instability {part}": _known(ratio) for part, ratio in largest.items()},
                **{f"decades {part}": _known(np.log10(at), 0.0) for part, at in largest.items()},
                "last layer over first before training": _known(before, 0.0),
                "last layer over first after training": _known(
                    _last_over_first(net, watched[0]), 0.0
                ),
            },
            (_series(grid, instability),),
        )


def _looks(steps: int) -> NDArray[np.int64]:
    """Steps after which the layers are measured; the first is 0."""
    return np.unique([0, *np.geomspace(1, steps, LOOKS).round().astype(np.int64)])


def _last_over_first(net: StackedNetwork, x: torch.Tensor) -> NDArray[np.float64]:
    first, *_, last = [h.double().var((1, 2), correction=0) for _, h in net.signals(x)]
    ratio: NDArray[np.float64] = torch.sqrt(last / first).cpu().numpy()
    return ratio


def _instability(net: StackedNetwork, x: torch.Tensor, y: torch.Tensor) -> NDArray[np.float64]:
    """Ratio of the gradient norms at the first and last hidden layer, larger over smaller: (R,)."""
    with torch.enable_grad():
        outputs = [h for _, h in net.signals(x)]
        bias = net.biases[-1]
        logits = outputs[-1] @ net.weights[-1] + (0 if bias is None else bias)
        # Summing the replicates' mean losses gives each replicate its own gradients.
        loss = F.cross_entropy(logits.mT, y, reduction="sum") / y.shape[1]
        ends = torch.autograd.grad(loss, (outputs[0], outputs[-1]))
    first, last = (end.double().flatten(1).norm(dim=1).log() for end in ends)
    ratio: NDArray[np.float64] = (first - last).abs().exp().cpu().numpy()
    return ratio


def _known(ratios: NDArray[np.float64], least: float = 1.0) -> Sample:
    """Ratios, unknown above ``least`` for a network that diverged or whose gradient is 0."""
    return finite_or_beyond(ratios, np.full(len(ratios), least))


def _series(grid: NDArray[np.int64], ratios: NDArray[np.float64]) -> Series:
    words = "gradient at first over last hidden layer, or its inverse"
    return Series(words, "curve", "steps", words, grid.astype(np.float64), ratios, log_y=True)


Part = Literal["at the beginning", "later"]

_PARTS: dict[Part, str] = {
    "at the beginning": "in the first tenth of training",
    "later": "in its second half",
}


def decades(when: Part, **settings: Any) -> Recorded:
    """The largest instability in orders of magnitude; 5 hidden layers of 100 if none are given."""
    words = f"orders of magnitude between gradients of first and last hidden layer {_PARTS[when]}"
    training = experiment_of(ScalesInTraining, FIVE, settings)
    return named(training, f"decades {when}", words, unit="decades")


def instability(when: Part, **settings: Any) -> Recorded:
    """Largest instability of the gradients of five hidden layers in a part of training."""
    words = f"largest factor between the gradients of first and last hidden layer {_PARTS[when]}"
    training = experiment_of(ScalesInTraining, FIVE, settings)
    return named(training, f"instability {when}", words, unit="times")


def last_over_first(when: Literal["before", "after"], **settings: Any) -> Recorded:
    """Standard deviation of the fifth hidden layer's outputs over that of the first's."""
    words = f"standard deviation of the last hidden layer / of the first, {when} training"
    training = experiment_of(ScalesInTraining, FIVE, settings)
    return named(training, f"last layer over first {when} training", words, unit="times")
