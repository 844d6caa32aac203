"""Activations sent through torch's own dropout once, for exact properties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, Share
from refute.lab.bench.small_networks import torch_seeded
from refute.lab.dropout.networks import RATES


@dataclass(frozen=True)
class DropoutPass(Description):
    """Two passes of one hidden layer's activations through torch's own dropout.

    Args:
        units: of the layer; its activations are standard normal.
        samples: in the minibatch.
        rate: dropout rate, the probability that an activation is dropped.
        seed: of activations and masks.
        kind: name of torch's module.
        training: whether the module is in training mode.
    """

    units: Count
    samples: Count
    rate: Share
    seed: Natural
    kind: Literal["Dropout", "AlphaDropout"] = "Dropout"
    training: bool = True

    @property
    def said(self) -> str:
        return f"a layer of {self.units} units, {self.samples} samples, rate {self.rate:g}"

    def take(self) -> tuple[Tensor, Tensor, Tensor]:
        """The activations and the outputs of two passes, shape (samples, units) each."""
        module = getattr(nn, self.kind)(self.rate).train(self.training)
        with torch_seeded(self.seed):
            activations = torch.randn(self.samples, self.units)
            return activations, module(activations), module(activations)


def zeroes_a_random_fraction(dropout: DropoutPass) -> bool:
    """Whether a pass zeroes some activations, scales the rest, and the next pass zeroes others."""
    activations, once, again = dropout.take()
    zeroed = once == 0
    scaled = torch.allclose(once[~zeroed], activations[~zeroed] / (1 - dropout.rate))
    some, not_all = bool(zeroed.any()), not bool(zeroed.all())
    return some and not_all and scaled and not torch.equal(zeroed, again == 0)


def dropout_passes(
    kind: Literal["Dropout", "AlphaDropout"] = "Dropout", *, training: bool = True
) -> st.SearchStrategy[DropoutPass]:
    """Draw layers of 64 to 512 units, 16 to 64 samples and rates from 0.1 to 0.8.

    With at least 1,024 activations, the probability that none or all are dropped, or the same ones
    twice, is below 1e-40.
    """
    return st.builds(
        DropoutPass,
        units=st.integers(64, 512),
        samples=st.integers(16, 64),
        rate=st.sampled_from(RATES),
        seed=st.integers(0, 2**31),
        kind=st.just(kind),
        training=st.just(training),
    )
