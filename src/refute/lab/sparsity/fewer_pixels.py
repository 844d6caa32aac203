"""Digits of which only the most telling pixels are kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from refute.lab.bench.data import Data, Digits, Samples
from refute.lab.bench.networks import Network
from refute.lab.bench.quantities import at_the_end
from refute.quantity import Recorded, Replicates

SHORT = 220
"""Steps of five epochs: a weight that is not exactly zero then does not become so later."""


@dataclass(frozen=True)
class FewerPixels(Data):
    """The usual digits with the ``kept`` pixels that vary most, before they are standardised."""

    kept: int = 30

    @property
    def features(self) -> int:
        return self.kept

    @property
    def classes(self) -> int:
        return Digits().classes

    @property
    def test_count(self) -> int:
        return Digits().test_count

    @property
    def train_count(self) -> int:
        return Digits().train_count

    @property
    def differences(self) -> list[str]:
        return [f"{self.kept} of {Digits().features} pixels"]

    def draw(self, replicates: Replicates) -> Samples:
        raw, samples = Digits(scaling="raw").draw(replicates), Digits().draw(replicates)
        most = np.argsort(raw.inputs.std(0).cpu().numpy())[-self.kept :]
        which = torch.from_numpy(np.sort(most)).to(samples.inputs.device)
        inputs = samples.inputs.index_select(1, which)
        return Samples(inputs, samples.labels, samples.train, samples.test)


def zeros_of_few_pixels(kept: int = 30) -> Recorded:
    """Share of zero weights of a network that is given the most telling pixels only."""
    return at_the_end(
        "zero weights",
        Network(inputs=kept),
        what="share of zero weights",
        data=FewerPixels(kept),
        steps=SHORT,
    )
