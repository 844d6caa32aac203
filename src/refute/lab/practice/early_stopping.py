"""Which weights early stopping returns."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from hypothesis import strategies as st

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Natural


@dataclass(frozen=True)
class Stopping(Description):
    """A training with Keras's ``EarlyStopping``.

    Args:
        losses: validation loss after each epoch of the budget, all different.
        patience: epochs without a new best loss after which training stops.
    """

    losses: tuple[float, ...]
    patience: Natural

    @property
    def said(self) -> str:
        """The losses and the patience in words."""
        losses = ", ".join(f"{loss:g}" for loss in self.losses)
        return f"validation losses {losses} with patience {self.patience}"

    @property
    def last_epoch(self) -> int:
        """The epoch, counted from 0, after which training ends."""
        return self._ended()[0]

    @property
    def best_epoch(self) -> int:
        """The epoch with the lowest loss among those that were run."""
        run = self.losses[: self.last_epoch + 1]
        return run.index(min(run))

    def epoch_of_final_weights(self, *, restoring: bool) -> int:
        """Return the epoch whose weights the model has at the end."""
        last, kept = self._ended()
        return kept if restoring else last

    def _ended(self) -> tuple[int, int]:
        """Return the epoch after which training ends, and the one whose weights the callback kept.

        As in Keras, patience 0 acts like patience 1: training ends after an epoch without
        improvement.
        """
        best, kept, waited = inf, 0, 0
        for epoch, loss in enumerate(self.losses):
            waited += 1
            if loss < best:
                best, kept, waited = loss, epoch, 0
            elif waited >= self.patience:
                return epoch, kept
        return len(self.losses) - 1, kept


def stoppings() -> st.SearchStrategy[Stopping]:
    """Strategy for trainings of 2 to 30 epochs with any losses and patience 0 to 10."""
    losses = st.lists(st.floats(0.01, 10), min_size=2, max_size=30, unique=True)
    return st.builds(Stopping, losses.map(tuple), st.integers(0, 10))


def falling_to_the_end() -> st.SearchStrategy[Stopping]:
    """Strategy for the same trainings with losses that fall at every epoch."""
    losses = st.lists(st.floats(0.01, 10), min_size=2, max_size=30, unique=True)
    return st.builds(
        Stopping, losses.map(lambda drawn: tuple(sorted(drawn, reverse=True))), st.integers(0, 10)
    )
