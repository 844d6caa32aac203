"""The training loss of one and the same network with dropout on, and with dropout off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.data import DIGITS, Data, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.learning import losses_of
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import USUAL_OPTIMIZER
from refute.lab.bench.settings import named, setting_of
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import stack
from refute.lab.bench.stack.stepping import Stepper
from refute.quantity import Ratio

BATCH, EPOCHS = 32, 10


@dataclass(frozen=True)
class TwoModes(TorchExperiment):
    """Train for ten epochs, then compute the training loss in both modes.

    Records "loss with dropout on" and "loss with dropout off": the average over one more epoch of
    minibatches, the same ones for both, without a step in between.
    """

    network: Network
    data: Data = DIGITS
    chunk: Count = 16
    stream: Natural = 0

    @property
    def setting(self) -> str:
        return setting_of(self.network, self.data)

    def measure(self, replicates: Replicates) -> Record:
        samples = self.data.draw(replicates)
        net = stack(self.network, replicates)
        step = Stepper(net, USUAL_OPTIMIZER, BATCH)
        batches = minibatches(samples, BATCH, replicates)
        masks = dropout_masks(self.network, replicates, BATCH)
        per_epoch = self.data.train_count // BATCH
        for _ in range(EPOCHS * per_epoch):
            (x, y), drops = next(batches), next(masks)
            step(x, y, drops)
        on, off = (torch.zeros(replicates.count, device=replicates.device) for _ in range(2))
        with torch.no_grad():
            for _ in range(per_epoch):
                (x, y), drops = next(batches), next(masks)
                on += losses_of(net(x, drops), y) / per_epoch
                off += losses_of(net(x), y) / per_epoch
        losses = {"loss with dropout on": on, "loss with dropout off": off}
        return Record(
            {
                name: Sample.exactly(loss.cpu().numpy().astype(np.float64))
                for name, loss in losses.items()
            }
        )


def loss_on_over_off(*, dropout: float, data: Data = DIGITS) -> Ratio:
    """Training loss of a trained network with dropout on over its loss with dropout off."""
    experiment = TwoModes(Network(dropout=dropout), data)
    on, off = (
        named(experiment, f"loss with dropout {mode}", "training loss", by=f"with dropout {mode}")
        for mode in ("on", "off")
    )
    return on / off
