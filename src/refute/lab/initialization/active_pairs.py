"""How often an input activates a unit of an untrained network."""

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
class ActivePairs(TorchExperiment):
    """Count the pairs of a hidden unit and a digit on which the unit's output is positive.

    Records them as "active pairs", of all pairs with the first ``count`` training digits.

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
        active = torch.stack([(h > 0).sum((1, 2)) for h in outputs]).sum(0)
        pairs = sum(self.network.hidden) * images.shape[1]
        return Record({"active pairs": Sample.exactly(active.cpu().numpy(), pairs)})


def active_pairs(**settings: Any) -> Recorded:
    """Share of the pairs of a hidden unit and an image in which the unit is active at the start."""
    words = "share of pairs of a unit and an image in which it is active at the start"
    return named(experiment_of(ActivePairs, USUAL_NETWORK, settings), "active pairs", words)
