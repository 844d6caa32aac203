"""Do unstable gradients come back in training?  Single runs, to be searched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.experiment import Replicates
from refute.lab.bench.data import Digits, minibatches
from refute.lab.bench.device import one_thread
from refute.lab.bench.networks import Network, layer_outputs
from refute.lab.bench.optimizers import SGD

STEPS, BATCH = 200, 32

LOOK, WATCHED = 10, 100
"""Steps between two looks at the gradients, and the training images that they are taken of."""

A_DECADE = 10.0


@dataclass(frozen=True)
class Run:
    """Training of ten hidden layers of 50 ReLU units on digits, from He's weights.

    Args:
        rate: learning rate of SGD with momentum 0.9.
        seed: of the weights, the split and the order of the images.
    """

    rate: float
    seed: int

    @property
    def said(self) -> str:
        """The run in words."""
        return f"ten hidden layers of 50 units, learning rate {self.rate:g}"

    def instabilities(self) -> Iterator[float]:
        """Instability of the gradients before training, and then every ``LOOK`` steps.

        It is the ratio of the norms of the loss's gradients with respect to the outputs of the
        first and the last hidden layer, the larger over the smaller; not finite if one is zero or
        the network diverged.
        """
        replicates = Replicates(0, 1, self.seed)
        module = Network(hidden=(50,) * 10).module(replicates, 0)
        optimizer = SGD(self.rate).build(module.parameters())
        samples = Digits().draw(replicates)
        batches = minibatches(samples, BATCH, replicates)
        watched = samples.take(samples.train[0, :WATCHED])
        for step in range(STEPS + 1):
            with one_thread():
                if step % LOOK == 0:
                    yield _instability(module, *watched)
                inputs, labels = (drawn[0] for drawn in next(batches))
                optimizer.zero_grad()
                torch.autograd.backward(F.cross_entropy(module(inputs), labels))
                optimizer.step()


def _instability(module: nn.Sequential, x: Tensor, y: Tensor) -> float:
    *hidden, scores = layer_outputs(module, x)
    loss = F.cross_entropy(scores, y)
    first, last = (
        gradient.norm().log() for gradient in torch.autograd.grad(loss, (hidden[0], hidden[-1]))
    )
    return float((first - last).abs().exp())


def keeps_gradients(run: Run, *, trained: bool) -> bool:
    """Whether the gradients of first and last hidden layer stay within a factor of ten.

    Throughout training, or only at its start.
    """
    instabilities = run.instabilities()
    looks = instabilities if trained else [next(instabilities)]
    return all(instability <= A_DECADE for instability in looks)


def runs(rate: float) -> st.SearchStrategy[Run]:
    """Draw one of four runs at a learning rate."""
    return st.builds(Run, st.just(rate), st.integers(0, 3))
