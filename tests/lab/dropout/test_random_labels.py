"""Random labels, which can only be memorized."""

import torch

from refute.experiment import Replicates
from refute.lab.dropout.random_labels import RandomLabels, labels_learnt


def test_labels_are_random_differ_between_replicates_and_are_the_test_labels_too():
    data = RandomLabels(50)
    samples = data.draw(Replicates(0, 2))
    _, labels = samples.take(samples.train)
    assert torch.equal(samples.train, samples.test)
    assert not torch.equal(labels[0], labels[1])
    assert set(labels.flatten().tolist()) == set(range(10))
    _, alone = (own := data.draw(Replicates(1, 1))).take(own.train)
    assert torch.equal(alone[0], labels[1])


def test_a_large_network_memorizes_them_and_a_small_network_cannot():
    large, small = (
        labels_learnt(hidden=hidden, steps=300).sample(
            lambda trained: trained.run(Replicates(0, 2))
        )
        for hidden in ((100,), (2,))
    )
    assert (large.lower > 0.9 * 300).all()
    assert (small.lower < 0.6 * 300).all()


def test_the_quantity_names_itself():
    assert labels_learnt(steps=600, dropout=0.5).name == (
        "share of the labels learnt after 600 steps with dropout 0.5 and 300 random labels"
    )
