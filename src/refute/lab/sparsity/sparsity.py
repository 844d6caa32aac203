"""Sparse models: pruning by size, penalties, dropped activations, and what is zero in the end.

Shares of weights are exact counts of all weights, biases left out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
import torch

from refute.decision.samples import Sample
from refute.lab.bench.data import Digits
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.networks import Network
from refute.lab.bench.quantities import in_words, training_of
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import StackedNetwork, stack
from refute.lab.bench.training import Run, Training
from refute.quantity import Experiment, Record, Recorded, Replicates

TINY = 0.05
"""A weight is tiny below this share of the standard deviation of its layer's weights."""

FORTY_EPOCHS = 1760
"""Steps of 40 epochs on digits: as long as an l1 penalty takes to show its full size."""

USUAL = Training()


# --- pruning -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pruning:
    """Zero a share of the weights of every layer: the smallest, or ones drawn at random."""

    which: Literal["smallest", "random"]
    share: float

    @property
    def words(self) -> str:
        return f"{self.which} {self.share:.0%} zeroed"


JUST_OVER_HALF = Pruning("smallest", 0.51)
"""What makes most weights zero, and no more."""

FOUR_OF_FIVE = Pruning("smallest", 0.8)
"""Sparse by any account."""

RANDOM_FOUR_OF_FIVE = Pruning("random", 0.8)

PRUNINGS = (JUST_OVER_HALF, FOUR_OF_FIVE, RANDOM_FOUR_OF_FIVE)


def zero_lowest(weights: torch.Tensor, scores: torch.Tensor, share: float) -> torch.Tensor:
    """Weights (R, fan_in, fan_out) with the ``share`` of lowest scores set to zero.

    As many as ``torch.nn.utils.prune`` zeroes: the nearest whole number, in every replicate.
    """
    flat = weights.flatten(1)
    lowest = scores.flatten(1).argsort(dim=1)[:, : round(share * flat.shape[1])]
    return flat.scatter(1, lowest, 0.0).view_as(weights)


def prune(net: StackedNetwork, pruning: Pruning, replicates: Replicates) -> None:
    """Prune every replicate; the random choice is drawn from ``generator(k, "pruning")``."""
    generators = [replicates.generator(k, "pruning") for k in replicates]
    with torch.no_grad():
        for weight in net.weights:
            if pruning.which == "smallest":
                scores = weight.abs()
            else:
                drawn = np.stack([one.random(weight.shape[1:]) for one in generators])
                scores = torch.from_numpy(drawn).to(weight.device)
            weight.copy_(zero_lowest(weight, scores, pruning.share))


@dataclass(frozen=True)
class PrunedTraining(Training):
    """A training that looks at its weights when it has finished, and prunes them.

    Records, beside what every training does:

    - "tiny weights": how many lie below ``TINY`` standard deviations of their layer's weights;
    - "test accuracy, smallest 80% zeroed" and the like: after each of ``PRUNINGS``;
    - "zero weights, smallest 80% zeroed" and the like: how many are then zero.
    """

    def measure(self, replicates: Replicates) -> Record:
        run = self.train(replicates)
        record = Record(self.observe(run), run.series())
        trained = [weight.detach().clone() for weight in run.net.weights]
        for pruning in PRUNINGS:
            prune(run.net, pruning, replicates)
            record.samples[f"test accuracy, {pruning.words}"] = self._correct(run)
            record.samples[f"zero weights, {pruning.words}"] = run.small_weights()["zero weights"]
            for weight, before in zip(run.net.weights, trained, strict=True):
                weight.copy_(before)
        return record

    def observe(self, run: Run) -> dict[str, Sample]:
        tiny = torch.zeros(run.net.replicates, dtype=torch.int64, device=run.net.weights[0].device)
        for weight in run.net.weights:
            spread = weight.std(dim=(1, 2), keepdim=True)
            tiny += (weight.abs() < TINY * spread).sum((1, 2))
        count = Sample.exactly(tiny.cpu().numpy(), per=self.network.weight_count)
        return {**super().observe(run), "tiny weights": count}

    def _correct(self, run: Run) -> Sample:
        return Sample.exactly(run.correct(), per=self.data.test_count)


@dataclass(frozen=True)
class Retraining(Training):
    """Train on from where the training ``dense`` ended, its smallest weights zeroed for good.

    The three steps of Han et al. (2015, section 3): train, prune, retrain what is left.
    """

    dense: Training = USUAL
    steps: int = 440
    keep_zeros: bool = True

    def start(self, replicates: Replicates) -> StackedNetwork:
        net = self.dense.train(replicates).net
        prune(net, FOUR_OF_FIVE, replicates)
        return net


# --- dropped activations -------------------------------------------------------------------


@dataclass(frozen=True)
class DroppedActivations(TorchExperiment):
    """Zero activations of a hidden layer in one pass over a minibatch of 32 digits.

    The layer's activation is tanh, which gives no zeros of its own.  Records "zero activations".
    """

    rate: float
    training: bool = True
    chunk: int = 32
    stream: int = 0

    def measure(self, replicates: Replicates) -> Record:
        network, batch = Network(activation="tanh", dropout=self.rate), 32
        samples = Digits().draw(replicates)
        inputs, _ = samples.take(samples.train[:, :batch])
        masks = next(dropout_masks(network, replicates, batch)) if self.training else None
        _, activations = stack(network, replicates).signals(inputs, masks)[0]
        zeros = (activations == 0).sum((1, 2)).cpu().numpy()
        return Record({"zero activations": Sample.exactly(zeros, per=batch * network.hidden[0])})


# --- the minimiser itself ------------------------------------------------------------------


@dataclass(frozen=True)
class LinearFit(Experiment):
    """The minimiser of squared error plus a penalty: a linear model of digits, one class against
    the rest, by scikit-learn's solvers for the lasso (l1) and for ridge regression (l2).

    Records "zero weights", not counting those of pixels that happen to be constant over the
    training images: they are zero under any penalty.
    """

    penalty: Literal["lasso", "ridge"]
    strength: float = 0.01
    chunk: int = 16
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        from sklearn.linear_model import Lasso, Ridge

        samples = Digits().draw(replicates)
        zeros = []
        for which in samples.train:
            inputs, labels = (one.numpy() for one in samples.take(which))
            targets = np.eye(10)[labels]
            model = (Lasso if self.penalty == "lasso" else Ridge)(alpha=self.strength)
            weights = model.fit(inputs.astype(np.float64), targets).coef_
            zeros.append(int((weights[:, np.ptp(inputs, axis=0) > 0] == 0).sum()))
        count = Sample.exactly(np.array(zeros), per=Digits().features * 10)
        return Record({"zero weights": count})


# --- quantities ----------------------------------------------------------------------------


def zero_share(pruning: Pruning | None = None, **settings: Any) -> Recorded:
    """Share of the weights that are exactly zero after training, and after ``pruning`` if any."""
    return _of("zero weights", "share of zero weights", pruning, settings)


def share_below(threshold: float, **settings: Any) -> Recorded:
    """Share of the weights that training leaves below ``threshold`` in absolute value."""
    key = f"weights below {threshold:g}"
    return _of(key, f"share of {key}", None, settings)


def tiny_share(**settings: Any) -> Recorded:
    """Share of the weights that training leaves below a twentieth of their layer's spread."""
    return _of("tiny weights", "share of tiny weights", None, settings)


def accuracy_after(pruning: Pruning | None = None, **settings: Any) -> Recorded:
    """Test accuracy after training, and after ``pruning`` if any."""
    return _of("test accuracy", "test accuracy", pruning, settings)


def accuracy_retrained(**settings: Any) -> Recorded:
    """Test accuracy after pruning the smallest weights and retraining the others."""
    dense = training_of(**settings)
    retraining = Retraining(**_fields(dense, but=("steps", "keep_zeros")), dense=dense)
    by = f", {FOUR_OF_FIVE.words}, others retrained,"
    key = what = "test accuracy"
    return Recorded(retraining, key, what, in_words(dense.differences), by)


def zero_activations(*, rate: float, training: bool = True) -> Recorded:
    """Share of a hidden layer's activations that are zero with dropout."""
    mode = "in training" if training else "in evaluation"
    dropped = DroppedActivations(rate, training)
    what = "share of zero activations"
    return Recorded(dropped, "zero activations", what, f"with dropout {rate:g}", mode)


def zero_weights_of_minimiser(penalty: Literal["lasso", "ridge"]) -> Recorded:
    """Share of zero weights in the minimiser of a convex problem with a penalty."""
    return Recorded(LinearFit(penalty), "zero weights", "share of zero weights", f", {penalty}")


def _of(key: str, what: str, pruning: Pruning | None, settings: dict[str, Any]) -> Recorded:
    """What a training records under ``key``, pruned or not; all share one experiment."""
    training = training_of(**settings)
    by = "" if training.steps == Training.steps else f"after {training.steps} steps"
    if pruning is not None:
        key, by = f"{key}, {pruning.words}", f", {pruning.words}, {by}".rstrip()
    given = in_words(training.differences)
    return Recorded(PrunedTraining(**_fields(training)), key, what, given, by)


def _fields(training: Training, but: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        one.name: getattr(training, one.name) for one in fields(training) if one.name not in but
    }
