"""Wrong and random labels: as many as asked for, in the right places, the same in any chunk."""

from __future__ import annotations

import torch

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.practice.labels import WrongLabels, random_labels

REPLICATES = Replicates(0, 3)
TASK = Digits(train_count=100)


def test_a_fifth_of_the_training_labels_is_wrong_and_no_test_label() -> None:
    right, wrong = TASK.draw(REPLICATES), WrongLabels(TASK, 0.2).draw(REPLICATES)
    inputs, labels = right.take(right.train)
    same_inputs, other_labels = wrong.take(wrong.train)
    assert torch.equal(inputs, same_inputs)
    assert (labels != other_labels).sum(1).tolist() == [20, 20, 20]
    assert torch.equal(right.take(right.test)[1], wrong.take(wrong.test)[1])


def test_which_are_wrong_is_the_replicates_own() -> None:
    together = WrongLabels(TASK, 0.2).draw(REPLICATES)
    alone = WrongLabels(TASK, 0.2).draw(Replicates(2, 1))
    assert torch.equal(together.train[2:], alone.train)


def test_random_labels_agree_with_the_right_ones_by_chance_only() -> None:
    right = Digits().draw(REPLICATES)
    random = random_labels(right, REPLICATES, 10)
    inputs, labels = right.take(right.train)
    same_inputs, other_labels = random.take(random.train)
    assert torch.equal(inputs, same_inputs)
    assert abs(float((labels == other_labels).float().mean()) - 0.1) < 0.02
