"""Test accuracy over a population of tasks and sizes, each network at its own best learning rate.

Which of two kinds of network is better depends on the task, the size and, above all, the learning
rate.  Every replicate therefore draws a task, a depth and a width, the same in every arm.  Every
arm trains at each of four learning rates and is tested at the rate that does best on validation
samples, which is how a careful practitioner would choose it.

A claim compares two arms that differ in fields of :class:`~refute.lab.bench.networks.Network`::

    selu = fair_accuracy(activation="selu", weights=LECUN_NORMAL)
    measure((selu - fair_accuracy()).within(higher()), claimed=generally())  # how often
    measure(fair_accuracy(dropout=0.2) - fair_accuracy(), claimed=as_good())  # by how much

``fair_accuracy()`` is ReLU with He initialization.  Use it as the base arm: it is trained only once
for all claims.  An arm of 32 replicates takes about two seconds.  ``among=`` sets another
population.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates, Series
from refute.lab.bench.data import Data, Digits, Samples, minibatches
from refute.lab.bench.description import Description
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, Natural, among
from refute.lab.bench.learning import is_correct
from refute.lab.bench.networks import USUAL_NETWORK, Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.random_settings import ReplicateSubset, alike, setting_drawn
from refute.lab.bench.settings import alternatives, in_words, named
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import StackedNetwork, stack
from refute.lab.bench.stack.stepping import Stepper
from refute.lab.bench.tasks import Patients, Synthetic
from refute.quantity import Recorded

FEW_DIGITS = Digits(train_count=300)
BREAST_CANCER, DIABETES = Patients("breast cancer"), Patients("diabetes")
SPIRALS, WAVES = Synthetic("spirals"), Synthetic("waves")

TASKS: dict[str, Data] = {
    "digits, 300 images": FEW_DIGITS,
    "breast cancer": BREAST_CANCER,
    "diabetes": DIABETES,
    "spirals": SPIRALS,
    "waves": WAVES,
}

RATES = (0.01, 0.03, 0.1, 0.3)
"""Learning rates of SGD with momentum 0.9 from which every arm chooses its best."""

STEPS, BATCH = 300, 32
WATCHED = 10
"""After every so many steps, networks that are lost to NaN are left out of further training."""

VALIDATION_COUNT = 60
"""Training samples that are held out to choose the learning rate."""

COMMON_COUNT = 9000
"""A multiple of every task's number of test samples: accuracies are counts out of it."""


@dataclass(frozen=True, repr=False)
class Population(Description):
    """Settings to draw from, all with the same probability.

    Args:
        tasks: names in ``TASKS``.
        depths: numbers of hidden layers.
        widths: units per hidden layer.
    """

    tasks: tuple[Annotated[str, among(TASKS)], ...] = tuple(TASKS)
    depths: tuple[Count, ...] = (1, 2, 4, 8)
    widths: tuple[Count, ...] = (20, 50)

    def draw(self, generator: np.random.Generator) -> tuple[str, int, int]:
        """Draw a task, a depth and a width."""
        task, depth, width = generator.random(3)
        return (
            self.tasks[int(task * len(self.tasks))],
            self.depths[int(depth * len(self.depths))],
            self.widths[int(width * len(self.widths))],
        )

    def series(self, drawn: Sequence[tuple[str, int, int]]) -> tuple[Series, ...]:
        """Series of what every replicate drew, to plot."""
        tasks, depths, widths = zip(*drawn, strict=True)
        return (
            setting_drawn("task", [self.tasks.index(task) for task in tasks], self.tasks),
            setting_drawn("hidden layers", depths),
            setting_drawn("units a layer", widths),
        )

    @property
    def differences(self) -> list[str]:
        """Differences from the usual population, in words."""
        usual, words = Population(), []
        if self.tasks != usual.tasks:
            words.append(f"tasks {', '.join(self.tasks)}")
        if self.depths != usual.depths:
            words.append(f"{alternatives(self.depths)} hidden layers")
        if self.widths != usual.widths:
            words.append(f"layers of {alternatives(self.widths)}")
        return words


HARD = Population(tasks=("spirals", "waves"), depths=(2, 4), widths=(50,))
"""Tasks with winding class boundaries, and networks large enough for them."""
DEEP = Population(tasks=("digits, 300 images",), depths=(20,), widths=(50,))
"""Stacks as deep as those on which SELU is usually tried."""


@dataclass(frozen=True)
class FairAccuracy(TorchExperiment):
    """Train networks of one kind, each replicate on its own task and at its own size.

    Training takes 300 steps of SGD with momentum 0.9 on minibatches of 32, at each of ``RATES``.

    Samples: "test accuracy" at the learning rate with the highest validation accuracy; ties are
    broken by the lowest validation loss.
    Series: what each replicate drew.

    Args:
        network: what distinguishes the arm; its inputs, hidden layers and outputs are drawn.
        among: the population.
        chunk: replicates that run together.
        stream: which independent set of replicates.
    """

    network: Network = USUAL_NETWORK
    among: Population = field(default_factory=Population)
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        arm = in_words(self.network.differences_except_units, usual="with ReLU")
        population = "".join(f", {words}" for words in self.among.differences)
        return f"{arm}, in settings drawn at random{population}"

    def measure(self, replicates: Replicates) -> Record:
        drawn = [self.among.draw(replicates.generator(k, "setting")) for k in replicates]
        correct = np.zeros(len(drawn), dtype=np.int64)
        for (task, depth, width), members, places in alike(replicates, drawn):
            data = TASKS[task]
            network = replace(
                self.network, inputs=data.features, hidden=(width,) * depth, outputs=data.classes
            )
            correct[places] = self._correct_at_best_rate(network, data, members)
        accuracy = Sample.exactly(correct, COMMON_COUNT)
        return Record({"test accuracy": accuracy}, self.among.series(drawn))

    def _correct_at_best_rate(
        self, network: Network, data: Data, replicates: Replicates
    ) -> NDArray[np.int64]:
        """Count each one's correct test samples at its best rate, out of ``COMMON_COUNT``."""
        at_rates = ReplicateSubset.of(replicates, [k for k in replicates for _ in RATES])
        samples, validation = hold_out_validation(data.draw(at_rates))
        net, rows = self._trained(network, samples, at_rates)
        scores = torch.full((len(validation),), LOST, dtype=torch.float64, device=replicates.device)
        scores[rows] = _validation_scores(net, samples, validation[rows])
        best = scores.view(-1, len(RATES)).argmax(1, keepdim=True)
        correct = torch.zeros(len(validation), dtype=torch.int64, device=replicates.device)
        correct[rows], _ = correct_and_loss(net, samples, samples.test[rows])
        at_best = correct.view(-1, len(RATES)).gather(1, best)[:, 0]
        counts: NDArray[np.int64] = at_best.cpu().numpy() * (COMMON_COUNT // data.test_count)
        return counts

    def _trained(
        self, network: Network, samples: Samples, at_rates: ReplicateSubset
    ) -> tuple[StackedNetwork, Tensor]:
        """Train at all rates, and return the networks that are not lost, with their rows."""
        count = len(at_rates.members)
        rates = torch.tensor(RATES * (count // len(RATES)), device=at_rates.device)
        step = Stepper(stack(network, at_rates), SGD(lr=1.0), BATCH, gradient_factors=rates)
        batches = minibatches(samples, BATCH, at_rates)
        masks = dropout_masks(network, at_rates, BATCH)
        rows = torch.arange(count, device=at_rates.device)
        for at in range(STEPS):
            if at % WATCHED == 0 and network.normalization is None and not network.dropout:
                left = ~step.net.is_lost()
                if left.any() and not left.all():
                    step, rows = step.of_rows(left), rows[left]
            x, y = next(batches)
            if len(rows) < count:
                x, y = x[rows], y[rows]
            step(x, y, next(masks))
        return step.net, rows


def fair_accuracy(*, among: Population | None = None, **settings: Any) -> Recorded:
    """Test accuracy of networks on random tasks at random sizes, each at its best learning rate.

    Args:
        among: the population; by default the usual one.
        settings: fields of :class:`~refute.lab.bench.networks.Network` that distinguish the arm.
    """
    experiment = FairAccuracy(Network(**settings), among or Population())
    return named(experiment, "test accuracy")


def hold_out_validation(samples: Samples) -> tuple[Samples, Tensor]:
    """Return the samples without the last training samples, and the indices of those."""
    validation = samples.train[:, -VALIDATION_COUNT:]
    return replace(samples, train=samples.train[:, :-VALIDATION_COUNT]), validation


def _validation_scores(net: StackedNetwork, samples: Samples, validation: Tensor) -> Tensor:
    """Score each row of the stack by validation accuracy; the lower loss breaks ties."""
    correct, loss = correct_and_loss(net, samples, validation)
    return correct - loss.nan_to_num(1e9, posinf=1e9).clamp_max(1e9) / 1e10


LOST = 0 - 1e9 / 1e10
"""Validation score of a network whose outputs are NaN."""


def correct_and_loss(
    net: StackedNetwork, samples: Samples, indices: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the number of samples that each row classifies correctly, and its mean loss."""
    inputs, labels = samples.take(indices)
    logits = net(inputs)
    losses = F.cross_entropy(logits.mT, labels, reduction="none")
    return is_correct(logits, labels).sum(1), losses.double().mean(1)
