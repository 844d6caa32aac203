"""Which weights a training step changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.data import DIGITS, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, DropoutRate, Natural, Share
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.settings import named
from refute.lab.bench.stack.masks import Drop, dropout_masks
from refute.lab.bench.stack.network import stack
from refute.lab.bench.stack.stepping import Stepper
from refute.quantity import Recorded


@dataclass(frozen=True)
class LastStep(TorchExperiment):
    """Train the usual network on digits and count the weights that the last step changes.

    Records "changed weights" as counts of all weights, without biases.

    Args:
        rate: dropout rate.
        batch: samples in a minibatch.
        momentum: of SGD with learning rate 0.01.
        steps: total number of steps, the last one included.
        one_mask: whether all samples of a minibatch share one mask.
        chunk: replicates run at a time.
        stream: which independent set of replicates.
    """

    rate: DropoutRate
    batch: Count
    momentum: Share
    steps: Count
    one_mask: bool = False
    chunk: Count = 24
    stream: Natural = 0

    @property
    def setting(self) -> str:
        dropout = f"with dropout {self.rate:g}" if self.rate else "without dropout"
        mask = ", one mask for the whole minibatch," if self.one_mask else ""
        return f"{dropout}{mask} in batches of {self.batch}"

    def measure(self, replicates: Replicates) -> Record:
        network = Network(dropout=self.rate)
        net, samples = stack(network, replicates), DIGITS.draw(replicates)
        step = Stepper(net, SGD(momentum=self.momentum), self.batch)
        batches, masks = minibatches(samples, self.batch, replicates), self._masks(replicates)
        for _ in range(self.steps - 1):
            step(*next(batches), next(masks))
        before = [weights.clone() for weights in net.transposed_weights]
        step(*next(batches), next(masks))
        changed = sum(
            (now != then).flatten(1).sum(1)
            for now, then in zip(net.transposed_weights, before, strict=True)
        )
        assert isinstance(changed, torch.Tensor)
        counts = Sample.exactly(changed.cpu().numpy(), per=network.weight_count)
        return Record({"changed weights": counts})

    def _masks(self, replicates: Replicates) -> Iterator[Sequence[Drop] | None]:
        network = Network(dropout=self.rate)
        if not self.one_mask:
            yield from dropout_masks(network, replicates, self.batch)
        for drops in dropout_masks(network, replicates, 1):
            assert drops is not None
            yield [Drop(drop.scale.expand(-1, -1, self.batch)) for drop in drops]


def changed_weights(
    *, rate: float, batch: int, momentum: float, steps: int, one_mask: bool = False
) -> Recorded:
    """Share of the weights that the last of ``steps`` steps changes."""
    last = LastStep(rate, batch, momentum, steps, one_mask)
    return named(last, "changed weights", "share of weights that a step changes")
