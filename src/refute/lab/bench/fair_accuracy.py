"""Which of two kinds of network does better?  Ask a population, and give each its own best rate.

"Better" depends on the task, the network's size and, most of all, on learning rates.  Here every
replicate draws a task, a depth and a width, the same in every arm; every arm trains at each of
four learning rates, and its test accuracy is that at the rate with which it does best on
validation samples, as a careful practitioner would choose it.

A claim compares two arms, which differ in fields of :class:`~refute.lab.bench.networks.Network`::

    selu = fair_accuracy(activation="selu", weights=LECUN_NORMAL)
    measure((selu - fair_accuracy()).within(higher()), claimed=generally())  # how often
    measure(fair_accuracy(dropout=0.2) - fair_accuracy(), claimed=as_good())  # by how much

``fair_accuracy()`` is ReLU with He's weights: leave it the base arm and it is trained once for
all claims.  An arm of 32 replicates takes about two seconds.  ``among=`` gives another population.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.lab.bench.data import Data, Digits, Samples, minibatches
from refute.lab.bench.description import Description
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.random_settings import ReplicateSubset, setting_drawn
from refute.lab.bench.settings import in_words, named
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import StackedNetwork, stack
from refute.lab.bench.stack.stepping import Stepper
from refute.lab.bench.tasks import Patients, Synthetic
from refute.quantity import Record, Recorded, Replicates, Series

DIGITS = Digits(train_count=300)
BREAST_CANCER, DIABETES = Patients("breast cancer"), Patients("diabetes")
SPIRALS, WAVES = Synthetic("spirals"), Synthetic("waves")

TASKS: dict[str, Data] = {
    "digits, 300 images": DIGITS,
    "breast cancer": BREAST_CANCER,
    "diabetes": DIABETES,
    "spirals": SPIRALS,
    "waves": WAVES,
}

RATES = (0.01, 0.03, 0.1, 0.3)
"""Learning rates of SGD with momentum 0.9 that every arm may choose from."""

STEPS, BATCH = 300, 32
VALIDATION = 60
"""Training samples that are kept back to choose the rate by."""

OF = 9000
"""Test samples of every task divide it, so that all accuracies are counts of it."""


@dataclass(frozen=True, repr=False)
class Population(Description):
    """Settings to draw from, each as likely as any other.

    Args:
        tasks: names in ``TASKS``.
        depths: numbers of hidden layers.
        widths: units of every hidden layer.
    """

    tasks: tuple[str, ...] = tuple(TASKS)
    depths: tuple[int, ...] = (1, 2, 4, 8)
    widths: tuple[int, ...] = (20, 50)

    def draw(self, generator: np.random.Generator) -> tuple[str, int, int]:
        """Task, depth and width."""
        task, depth, width = generator.random(3)
        return (
            self.tasks[int(task * len(self.tasks))],
            self.depths[int(depth * len(self.depths))],
            self.widths[int(width * len(self.widths))],
        )

    def series(self, drawn: Sequence[tuple[str, int, int]]) -> tuple[Series, ...]:
        """What every replicate drew, to plot."""
        tasks, depths, widths = zip(*drawn, strict=True)
        return (
            setting_drawn("task", [self.tasks.index(task) for task in tasks], self.tasks),
            setting_drawn("hidden layers", depths),
            setting_drawn("units a layer", widths),
        )

    @property
    def differences(self) -> list[str]:
        """In words, what differs from the usual population."""
        usual, words = Population(), []
        if self.tasks != usual.tasks:
            words.append(f"tasks {', '.join(self.tasks)}")
        if self.depths != usual.depths:
            words.append(f"{_listed(self.depths)} hidden layers")
        if self.widths != usual.widths:
            words.append(f"layers of {_listed(self.widths)}")
        return words


HARD = Population(tasks=("spirals", "waves"), depths=(2, 4), widths=(50,))
"""Boundaries that wind, and networks large enough for them."""
DEEP = Population(tasks=("digits, 300 images",), depths=(20,), widths=(50,))
"""As deep as the plain stacks in which SELU is usually tried."""


@dataclass(frozen=True)
class FairAccuracy(TorchExperiment):
    """Train networks of one kind, each replicate on a task and at a size of its own.

    300 steps of SGD with momentum 0.9 on batches of 32, at each of ``RATES``.  Records "test
    accuracy" at the rate whose validation accuracy is highest, and of rates that tie there, at
    that of the lowest validation loss.  Series: what each replicate drew.

    Args:
        network: what sets the arm apart; its inputs, hidden layers and outputs are drawn.
        among: the population.
        chunk: replicates run at a time.
        stream: which independent set of replicates.
    """

    network: Network = Network()  # noqa: RUF009 (frozen)
    among: Population = field(default_factory=Population)
    chunk: int = 8
    stream: int = 0

    @property
    def setting(self) -> str:
        arm = in_words(self.network.differences_beside_units, usual="with ReLU")
        population = "".join(f", {words}" for words in self.among.differences)
        return f"{arm}, in settings drawn at random{population}"

    def measure(self, replicates: Replicates) -> Record:
        drawn = [self.among.draw(replicates.generator(k, "setting")) for k in replicates]
        alike: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        for k, setting in zip(replicates, drawn, strict=True):
            alike[setting].append(k)
        right = np.zeros(len(drawn), dtype=np.int64)
        for (task, depth, width), members in alike.items():
            data = TASKS[task]
            network = replace(
                self.network, inputs=data.features, hidden=(width,) * depth, outputs=data.classes
            )
            places = np.array(members) - replicates.first
            right[places] = self._correct(network, data, replicates, members)
        return Record({"test accuracy": Sample.exactly(right, OF)}, self.among.series(drawn))

    def _correct(
        self, network: Network, data: Data, replicates: Replicates, members: list[int]
    ) -> NDArray[np.int64]:
        """Test samples that each member classifies right at its best rate, out of ``OF``."""
        at_rates = ReplicateSubset.of(replicates, [k for k in members for _ in RATES])
        samples, kept = _validation_kept(data.draw(at_rates))
        net = stack(network, at_rates)
        paces = torch.tensor(RATES * len(members), device=replicates.device)
        step = Stepper(net, SGD(lr=1.0), BATCH, paces=paces)
        batches = minibatches(samples, BATCH, at_rates)
        masks = dropout_masks(network, at_rates, BATCH)
        for _ in range(STEPS):
            step(*next(batches), next(masks))
        best = _best_rates(net, samples, kept).view(-1, len(RATES)).argmax(1, keepdim=True)
        right = _right(net, samples, samples.test)[0].view(-1, len(RATES)).gather(1, best)[:, 0]
        counts: NDArray[np.int64] = right.cpu().numpy() * (OF // data.test_count)
        return counts


def fair_accuracy(*, among: Population | None = None, **settings: Any) -> Recorded:
    """Test accuracy of networks at sizes and on tasks drawn at random, at their own best rate.

    Args:
        among: the population; the usual one by default.
        settings: fields of :class:`~refute.lab.bench.networks.Network` that set the arm apart.
    """
    experiment = FairAccuracy(Network(**settings), among or Population())
    return named(experiment, "test accuracy")


def _validation_kept(samples: Samples) -> tuple[Samples, Tensor]:
    """The samples without the last training ones, and those."""
    kept = samples.train[:, -VALIDATION:]
    return replace(samples, train=samples.train[:, :-VALIDATION]), kept


def _best_rates(net: StackedNetwork, samples: Samples, kept: Tensor) -> Tensor:
    """A score (rows,): validation accuracy, and among equal ones the lower loss."""
    right, loss = _right(net, samples, kept)
    return right - loss.nan_to_num(1e9, posinf=1e9).clamp_max(1e9) / 1e10


def _right(net: StackedNetwork, samples: Samples, which: Tensor) -> tuple[Tensor, Tensor]:
    """Of ``which`` samples how many each row classifies right, and its loss; NaN is wrong."""
    inputs, labels = samples.take(which)
    logits = net(inputs)
    right = (logits.argmax(2) == labels) & ~logits.isnan().any(2)
    losses = F.cross_entropy(logits.mT, labels, reduction="none")
    return right.sum(1), losses.double().mean(1)


def _listed(numbers: Sequence[int]) -> str:
    *others, last = map(str, numbers)
    return f"{', '.join(others)} or {last}" if others else last
