"""Samples have mean 0 and variance 1 in those whose statistics are taken, and in no others."""

from __future__ import annotations

import pytest
import torch

from refute.experiment import Replicates
from refute.lab.practice.scaling import Scaled, Statistics, Task, accuracy_scaled

REPLICATES = Replicates(0, 2)


def drawn(statistics: Statistics, of: Task = "digits") -> tuple[torch.Tensor, torch.Tensor]:
    samples = Scaled(of, 50, statistics).draw(REPLICATES)
    return samples.take(samples.train)[0].double(), samples.take(samples.test)[0].double()


@pytest.mark.parametrize("of", ["digits", "breast cancer"])
def test_statistics_are_those_of_the_samples_named(of: Task) -> None:
    train, test = drawn("training samples", of)
    varies = train.std(1) > 0
    assert float(train.mean(1).abs().max()) < 1e-5
    torch.testing.assert_close(
        train.std(1, correction=0)[varies], torch.ones(int(varies.sum())).double()
    )
    assert float(test.mean(1).abs().max()) > 0.01
    train, test = drawn("training and test samples", of)
    both = torch.cat([train, test], 1)
    assert float(both.mean(1).abs().max()) < 1e-5
    assert float(train.mean(1).abs().max()) > 0.01
    train, test = drawn("training and untested samples", of)
    assert float(torch.cat([train, test], 1).mean(1).abs().max()) > 0.01
    samples = Scaled(of, 50, "training and untested samples").draw(REPLICATES)
    tested = samples.test.shape[1]
    used = samples.inputs.view(len(samples.train), -1, samples.inputs.shape[1])[:, :-tested]
    assert used.shape[1] == 50 + tested
    assert float(used.double().mean(1).abs().max()) < 1e-5
    assert samples.train.max() < samples.inputs.shape[0] - tested


def test_samples_must_be_left_untested() -> None:
    with pytest.raises(ValueError, match="digits has no 360 samples left untested"):
        Scaled("digits", 1437).draw(REPLICATES)


def test_the_same_samples_are_drawn_whatever_their_scale() -> None:
    fitted = Scaled("digits", 50, "training samples").draw(REPLICATES)
    leaked = Scaled("digits", 50, "training and test samples").draw(REPLICATES)
    assert torch.equal(fitted.labels, leaked.labels)


def test_leaked_labels_set_the_classes_apart() -> None:
    plain = Scaled("digits", 50, "training and test samples").draw(REPLICATES)
    leaked = Scaled("digits", 50, "training and test samples and their labels").draw(REPLICATES)
    inputs, labels = plain.take(plain.test)
    moved, _ = leaked.take(leaked.test)
    for own, its_move in zip(labels, moved - inputs, strict=True):
        # All samples of a class are moved alike, and classes are moved apart.
        ones, twos = its_move[own == 1], its_move[own == 2]
        torch.testing.assert_close(ones, ones[:1].expand_as(ones), atol=1e-4, rtol=0)
        assert float((ones[0] - twos[0]).norm()) > 1


def test_it_says_what_it_measures() -> None:
    assert accuracy_scaled("training and test samples", train_count=100).name == (
        "test accuracy after 220 steps with digits, 100 training samples, statistics of "
        "training and test samples"
    )


def test_a_handful_of_samples_is_taken_all_at_once() -> None:
    assert accuracy_scaled("training and test samples", train_count=10).name == (
        "test accuracy after 60 steps with digits, 10 training samples, statistics of training "
        "and test samples and batches of 10"
    )
