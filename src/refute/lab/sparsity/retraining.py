"""Retraining after pruning, with the pruned weights kept at zero."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from refute.experiment import Replicates
from refute.lab.bench.kinds import Natural
from refute.lab.bench.pruning import FOUR_OF_FIVE, prune
from refute.lab.bench.quantities import training_of
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.training import Training
from refute.quantity import Recorded

USUAL = Training()


@dataclass(frozen=True)
class Retraining(Training):
    """Continue the training ``dense`` after zeroing its smallest weights for good.

    The three steps of Han et al. (2015, section 3): train, prune, retrain the rest.
    """

    dense: Training = USUAL
    steps: Natural = 440
    keep_zeros: bool = True

    def start(self, replicates: Replicates) -> StackedNetwork:
        net = self.dense.train(replicates).net
        prune(net, FOUR_OF_FIVE, replicates)
        return net


def accuracy_retrained(**settings: Any) -> Recorded:
    """Test accuracy after pruning the smallest weights and retraining the others."""
    dense = training_of(**settings)
    shared = {
        field.name: getattr(dense, field.name)
        for field in fields(dense)
        if field.name not in ("steps", "keep_zeros")
    }
    retraining = Retraining(**shared, dense=dense)
    by = f", {FOUR_OF_FIVE.words}, others retrained,"
    return Recorded(retraining, "test accuracy", "test accuracy", dense.setting, by)
