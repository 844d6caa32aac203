"""The training experiment: train stacked replicates, and record the results.

A :class:`Training` has a network, data, an optimizer and a budget.  One call trains a chunk of
replicates at once.  Replicate ``k`` has its own weights, split, minibatch order and dropout masks,
the same in any chunk and with any number of workers, so that two trainings that differ in one
setting are paired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.data import DIGITS, Data, Samples, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.goals import Goal
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.networks import USUAL_NETWORK, Network
from refute.lab.bench.optimizers import USUAL_OPTIMIZER, Optimizer, is_plain
from refute.lab.bench.pruning import after_pruning
from refute.lab.bench.recording import finite_or_beyond, largest_finite, rise_after_minimum
from refute.lab.bench.settings import in_words
from refute.lab.bench.stack.masks import Drop, dropout_masks
from refute.lab.bench.stack.network import StackedNetwork, stack
from refute.lab.bench.stack.stepping import Penalty, Stepper
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.weights import small_weights

USUAL_STEPS = 660
"""The usual budget: 15 epochs of 44 minibatches."""


@dataclass(frozen=True)
class Training(TorchExperiment):
    """Train ``network`` on ``data``, minimising the cross-entropy of minibatches.

    Each epoch visits the training samples in a new order and drops the incomplete minibatch at its
    end.

    Without a ``goal``, a run takes ``steps`` steps and records, as samples:

    - "test accuracy": correct test samples, as counts;
    - "training loss": the loss at the end;
    - "rise": the largest loss after the smallest one, divided by the smallest;
    - "zero weights", "weights below 0.001", "weights below 0.01": counts out of all weights;
    - "test accuracy, smallest 80% zeroed" and so on: accuracy after each of ``PRUNINGS``;
    - "zero weights, smallest 80% zeroed" and so on: how many weights are then zero.

    With a ``goal``, it stops when every replicate of its chunk has reached the goal or is lost to
    NaN, or after ``steps`` steps, and records "arrival" in steps; a run that did not arrive, or
    diverged, is known only as [steps, infinity).  With ``staying``, it always takes all steps, and
    "arrival" is when the goal is reached for good.

    Series: the training loss by step; without a goal also the test accuracy by step and the
    histogram of the weights.  The loss is NaN where it was not evaluated because the chunk had
    stopped.

    Args:
        network: the network; its inputs and outputs fit the data.
        data: the data.
        optimizer: a description of one of torch's optimizers.
        batch: samples in a minibatch.
        steps: the budget, in minibatches.
        goal: the training loss or test accuracy to reach, if any.
        staying: whether the goal must be reached for good.
        penalty: an l1 or l2 penalty on the weights.
        keep_zeros: whether weights that are zero at the start are set to zero after each step.
        chunk: replicates that run together; a constant of the experiment.
        stream: which independent set of replicates.

    Raises:
        ValueError: settings do not fit together; the message says which.
    """

    network: Network = USUAL_NETWORK
    data: Data = DIGITS
    optimizer: Optimizer = USUAL_OPTIMIZER
    batch: Count = 32
    steps: Natural = USUAL_STEPS
    goal: Goal | None = None
    staying: bool = False
    penalty: Penalty | None = None
    keep_zeros: bool = False
    chunk: Count = 8
    stream: Natural = 0

    accuracy_curve: ClassVar[bool] = True
    """Whether a training without a goal is tested as it goes on."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.network.inputs, self.network.outputs) != (self.data.features, self.data.classes):
            raise ValueError(
                f"a network of {self.network.inputs} inputs and {self.network.outputs} outputs "
                f"cannot learn {self.data.features} features and {self.data.classes} classes"
            )
        if self.batch > self.data.train_count:
            raise ValueError(f"a minibatch of {self.batch} of {self.data.train_count} samples")
        if self.penalty is not None and self.penalty.proximal and not is_plain(self.optimizer):
            raise ValueError("a proximal step needs plain SGD: choose SGD with momentum 0")
        if self.staying and self.goal is None:
            raise ValueError("staying=True needs a goal to stay at: give one")

    @property
    def differences(self) -> list[str]:
        """Differences from the lab's usual training in words; budget and goal are left out."""
        words = self.network.differences + self.data.differences + self.optimizer.differences
        if self.batch != Training.batch:
            words.append(f"batches of {self.batch}")
        if self.penalty is not None:
            words.append(self.penalty.words)
        if self.keep_zeros:
            words.append("zeros kept")
        return words

    @property
    def setting(self) -> str:
        return in_words(self.differences)

    def measure(self, replicates: Replicates) -> Record:
        run = self.train(replicates)
        if self.goal is not None:
            samples = {"arrival": run.arrival(self.staying)}
            return Record(samples, (run.loss_series(),))
        return Record(self.observe(run, replicates), run.series())

    def observe(self, run: TrainedStack, replicates: Replicates) -> dict[str, Sample]:
        """Return the samples of a finished run; a subclass may measure more."""
        return {
            "training loss": finite_or_beyond(run.losses[:, -1], largest_finite(run.losses)),
            "rise": rise_after_minimum(run.losses),
            **run.accuracy_and_zeros(),
            **small_weights(run.net),
            **after_pruning(run, replicates),
        }

    def start(self, replicates: Replicates) -> StackedNetwork:
        """Build the initial networks; a subclass may initialize them otherwise."""
        return stack(self.network, replicates)

    def masks(self, replicates: Replicates) -> Iterator[Sequence[Drop] | None]:
        """Yield the dropout of every hidden layer, step by step; a subclass may add other noise."""
        return dropout_masks(self.network, replicates, self.batch)

    def stepping(
        self, net: StackedNetwork, samples: Samples, replicates: Replicates
    ) -> Callable[[], None]:
        """Return what takes the next step of the networks' training, each time it is called."""
        step = Stepper(net, self.optimizer, self.batch, self.penalty, keep_zeros=self.keep_zeros)
        batches = minibatches(samples, self.batch, replicates)
        masks = self.masks(replicates)
        return lambda: step(*next(batches), next(masks))

    def train(self, replicates: Replicates) -> TrainedStack:
        """Train the replicates, and return them with their curves."""
        net = self.start(replicates)
        samples = self.data.draw(replicates)
        run = TrainedStack(net, samples, self.goal, self.steps, accuracy_curve=self.accuracy_curve)
        take_step = self.stepping(net, samples, replicates)
        at = 0
        for until in run.steps:
            for _ in range(until - at):
                take_step()
            at = until
            run.evaluate()
            if self.goal is not None and not self.staying and run.arrived():
                break
        return run
