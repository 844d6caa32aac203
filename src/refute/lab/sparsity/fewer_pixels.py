"""Digits reduced to their most variable pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch

from refute.experiment import Replicates
from refute.lab.bench.data import DIGITS, Data, Digits, Samples
from refute.lab.bench.kinds import between
from refute.lab.bench.networks import Network
from refute.lab.bench.quantities import at_the_end
from refute.quantity import Recorded

SHORT = 220
"""Steps of five epochs; weights that are not exactly zero by then do not become zero later."""


@dataclass(frozen=True)
class FewerPixels(Data):
    """The usual digits, reduced to the ``kept`` pixels that vary most before standardisation."""

    kept: Annotated[int, between(1, 61)] = 30

    @property
    def features(self) -> int:
        return self.kept

    @property
    def classes(self) -> int:
        return DIGITS.classes

    @property
    def test_count(self) -> int:
        return DIGITS.test_count

    @property
    def train_count(self) -> int:
        return DIGITS.train_count

    @property
    def differences(self) -> list[str]:
        return [f"{self.kept} of {DIGITS.features} pixels"]

    def draw(self, replicates: Replicates) -> Samples:
        raw, samples = Digits(scaling="raw").draw(replicates), DIGITS.draw(replicates)
        most_variable = np.argsort(raw.inputs.std(0).cpu().numpy())[-self.kept :]
        pixels = torch.from_numpy(np.sort(most_variable)).to(samples.inputs.device)
        inputs = samples.inputs.index_select(1, pixels)
        return Samples(inputs, samples.labels, samples.train, samples.test)


def zeros_of_few_pixels() -> Recorded:
    """Share of zero weights in a network that sees only the 30 most variable pixels."""
    few = FewerPixels()
    return at_the_end(
        "zero weights",
        Network(inputs=few.kept),
        what="share of zero weights",
        data=few,
        steps=SHORT,
    )
