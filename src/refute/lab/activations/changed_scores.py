"""Class scores that are all changed alike, and what the outputs for them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from hypothesis import strategies as st
from torch import Tensor

from refute.lab.bench.activations import activation_module
from refute.lab.bench.description import Description
from refute.lab.bench.saying import listed

Change = Literal["added to all", "added to the first", "multiplied"]

ROUND_OFF = 1e-12
"""Above float64's round-off in outputs of at most 1 for scores of at most 200."""


@dataclass(frozen=True)
class ChangedScores(Description):
    """The class scores of one input, and a change of them.

    Args:
        scores: one for each class.
        change: whether a number is added to all scores or to the first alone, or all scores are
            multiplied by it.
        by: the number.
    """

    scores: tuple[float, ...]
    change: Change
    by: float

    @property
    def said(self) -> str:
        done = {
            "added to all": "with {} added to each",
            "added to the first": "with {} added to the first",
            "multiplied": "multiplied by {}",
        }
        return f"scores {listed(self.scores)} {done[self.change].format(listed([self.by]))}"

    def before(self) -> Tensor:
        """The scores, shape (classes,), float64."""
        return torch.tensor(self.scores, dtype=torch.float64)

    def after(self) -> Tensor:
        """The changed scores, shape (classes,), float64."""
        scores = self.before()
        if self.change == "multiplied":
            return scores * self.by
        if self.change == "added to all":
            return scores + self.by
        scores[0] += self.by
        return scores


def changed_scores(change: Change) -> st.SearchStrategy[ChangedScores]:
    """Draw scores from -20 to 20 of 2 to 10 classes, and a change by a number from 0.1 to 10.

    A number that is added may be negative.
    """
    size = st.floats(0.1, 10)
    by = size if change == "multiplied" else size | size.map(lambda number: -number)
    scores = st.lists(st.floats(-20, 20), min_size=2, max_size=10).map(tuple)
    return st.builds(ChangedScores, scores, st.just(change), by)


def reversed_scores() -> st.SearchStrategy[ChangedScores]:
    """Draw scores that are multiplied by a negative number, which reverses their order."""
    return changed_scores("multiplied").map(
        lambda drawn: ChangedScores(drawn.scores, "multiplied", -drawn.by)
    )


def scores_less_the_largest() -> st.SearchStrategy[ChangedScores]:
    """Draw scores from which the largest is subtracted, as programs do before they exponentiate."""
    return changed_scores("added to all").map(
        lambda drawn: ChangedScores(drawn.scores, "added to all", -max(drawn.scores))
    )


def outputs_stay(activation: str, changed: ChangedScores) -> bool:
    """Whether an output activation gives the same outputs before and after, up to round-off."""
    module = activation_module(activation)
    difference = module(changed.after()) - module(changed.before())
    return bool(difference.abs().max() <= ROUND_OFF)


def class_stays(changed: ChangedScores) -> bool:
    """Whether the class with the largest score has the largest softmax output after the change.

    Up to round-off: the outputs of two scores that hardly differ may be equal, or in any order.
    """
    after = activation_module("softmax")(changed.after())
    return bool(after[changed.before().argmax()] >= after.max() - ROUND_OFF)
