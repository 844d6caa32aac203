"""Which weights early stopping hands back."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from hypothesis import strategies as st


@dataclass(frozen=True)
class Stopping:
    """A training that Keras' ``EarlyStopping`` watches.

    Args:
        losses: validation loss after each epoch of the budget; no two are equal.
        patience: epochs without a new best loss after which training stops.
    """

    losses: tuple[float, ...]
    patience: int

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
        """The epoch of the lowest loss, of those that were run."""
        run = self.losses[: self.last_epoch + 1]
        return run.index(min(run))

    def handed_back(self, *, restoring: bool) -> int:
        """The epoch whose weights the model has in the end."""
        last, kept = self._ended()
        return kept if restoring else last

    def _ended(self) -> tuple[int, int]:
        """The epoch after which training ends, and the one whose weights the callback kept.

        As in Keras, a patience of 0 waits as long as one of 1: for one epoch that is no better.
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
    """Trainings of 2 to 30 epochs with any losses, patience 0 to 10."""
    losses = st.lists(st.floats(0.01, 10), min_size=2, max_size=30, unique=True)
    return st.builds(Stopping, losses.map(tuple), st.integers(0, 10))


def falling_to_the_end() -> st.SearchStrategy[Stopping]:
    """The same with losses that fall from each epoch to the next."""
    losses = st.lists(st.floats(0.01, 10), min_size=2, max_size=30, unique=True)
    return st.builds(
        Stopping, losses.map(lambda drawn: tuple(sorted(drawn, reverse=True))), st.integers(0, 10)
    )
