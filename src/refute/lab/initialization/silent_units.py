"""How many inputs activate the units of an untrained network: none, or which share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.data import DIGITS
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.networks import USUAL_NETWORK, Network
from refute.lab.bench.settings import experiment_of, in_words, named
from refute.lab.bench.stack.network import stack
from refute.quantity import Recorded


@dataclass(frozen=True)
class SilentUnits(TorchExperiment):
    """Count where the outputs of hidden units are 0 on the first ``count`` training digits.

    Records, as counts:

    - "silent units": those whose output is 0 on all samples, of all hidden units;
    - "active pairs": pairs of a unit and a sample on which its output is positive, of all pairs.

    Args:
        network: the untrained network.
        count: number of digits to send through it.
        chunk: replicates computed at a time.
        stream: which independent set of replicates.
    """

    network: Network = USUAL_NETWORK
    count: Count = 500
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        return in_words(self.network.differences, usual="in the usual network")

    def measure(self, replicates: Replicates) -> Record:
        samples = DIGITS.draw(replicates)
        images, _ = samples.take(samples.train[:, : self.count])
        outputs = [h for _, h in stack(self.network, replicates).signals(images)]
        silent = torch.stack([(h == 0).all(1).sum(1) for h in outputs]).sum(0)
        active = torch.stack([(h > 0).sum((1, 2)) for h in outputs]).sum(0)
        units = sum(self.network.hidden)
        return Record(
            {
                "silent units": Sample.exactly(silent.cpu().numpy(), units),
                "active pairs": Sample.exactly(active.cpu().numpy(), units * images.shape[1]),
            }
        )


def silent_units(**settings: Any) -> Recorded:
    """Share of the hidden units that are silent on all images before training."""
    words = "share of units silent on all images at the start"
    return named(experiment_of(SilentUnits, USUAL_NETWORK, settings), "silent units", words)


def active_pairs(**settings: Any) -> Recorded:
    """Share of the pairs of a hidden unit and an image in which the unit is active at the start."""
    words = "share of pairs of a unit and an image in which it is active at the start"
    return named(experiment_of(SilentUnits, USUAL_NETWORK, settings), "active pairs", words)
