"""Do unstable gradients come back in training?  Single trainings, to be searched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.experiment import Replicates
from refute.lab.bench.data import Digits, minibatches
from refute.lab.bench.description import Description
from refute.lab.bench.device import one_thread
from refute.lab.bench.kinds import Natural, NonNegative
from refute.lab.bench.networks import Network, layer_outputs
from refute.lab.bench.optimizers import Adam
from refute.lab.bench.training import USUAL_STEPS

BATCH = 32

LOOK, WATCHED = 10, 100
"""Steps between two looks at the gradients, and the training images that they are taken of."""

A_DECADE, LEARNED = 10.0, 0.5
"""What "within a decade" allows, and the least test accuracy of a network that learned."""


@dataclass(frozen=True)
class DeepTraining(Description):
    """Training of twenty hidden layers of 50 ReLU units on digits with Adam, from He's weights.

    Args:
        rate: learning rate of Adam.
        seed: of the weights, the split and the order of the images.
    """

    rate: NonNegative
    seed: Natural

    @property
    def said(self) -> str:
        """The training in words."""
        return f"twenty hidden layers of 50 units, Adam at learning rate {self.rate:g}"

    def looks(self) -> Iterator[tuple[float, float]]:
        """Instability of the gradients and test accuracy, at first and then every ``LOOK`` steps.

        The instability is the ratio of the norms of the loss's gradients with respect to the
        outputs of the first and the last hidden layer, the larger over the smaller; not finite if
        one is zero or the network diverged.
        """
        replicates = Replicates(0, 1, self.seed)
        module = Network(hidden=(50,) * 20).module(replicates, 0)
        optimizer = Adam(self.rate).build(module.parameters())
        samples = Digits().draw(replicates)
        batches = minibatches(samples, BATCH, replicates)
        watched = samples.take(samples.train[0, :WATCHED])
        images, labels_of_them = samples.take(samples.test[0])
        for step in range(USUAL_STEPS + 1):
            with one_thread():
                if step % LOOK == 0:
                    accuracy = (module(images).argmax(1) == labels_of_them).double().mean()
                    yield _instability(module, *watched), float(accuracy)
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


def keeps_gradients(training: DeepTraining, *, trained: bool) -> bool:
    """Whether the gradients of first and last hidden layer stay within a factor of ten.

    Throughout training, or only at its start.  One that learned nothing says nothing about
    gradients, and counts as one that keeps them.
    """
    looks = training.looks()
    if not trained:
        instability, _ = next(looks)
        return instability <= A_DECADE
    seen = list(looks)
    learned = seen[-1][1] >= LEARNED
    return not learned or all(instability <= A_DECADE for instability, _ in seen)


def deep_trainings(rate: float) -> st.SearchStrategy[DeepTraining]:
    """Draw one of eight trainings at a learning rate.

    A high learning rate amplifies round-off, so that a single one depends on the processor; with
    eight of them, the outcome should not.
    """
    return st.builds(DeepTraining, st.just(rate), st.integers(0, 7))
