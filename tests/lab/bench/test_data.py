"""Data sets: their shapes, splits and scalings, the same for the same seed."""

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.bench.data import Data, Digits, minibatches
from refute.lab.bench.synthetic import Images

REPLICATES = Replicates(first=0, count=3, seed=1)
KINDS: list[Data] = [
    Digits(),
    Digits(train_count=300, scaling="raw"),
    Images(train_count=300, test_count=50),
]


@pytest.mark.parametrize("data", KINDS, ids=repr)
def test_samples_have_the_announced_shape(data: Data) -> None:
    samples = data.draw(REPLICATES)
    assert samples.train.shape == (3, data.train_count)
    assert samples.test.shape == (3, data.test_count)
    x, y = samples.take(samples.train)
    assert x.shape == (3, data.train_count, data.features)
    assert x.dtype == torch.float32
    assert set(y.unique().tolist()) == set(range(data.classes))


@pytest.mark.parametrize("data", KINDS, ids=repr)
def test_nothing_is_both_trained_on_and_tested_on(data: Data) -> None:
    samples = data.draw(REPLICATES)
    for train, test in zip(samples.train, samples.test, strict=True):
        assert len(train.unique()) == data.train_count
        assert not set(train.tolist()) & set(test.tolist())


@pytest.mark.parametrize("data", KINDS, ids=repr)
def test_a_replicate_has_the_same_samples_in_any_company(data: Data) -> None:
    together = data.draw(REPLICATES)
    alone = data.draw(Replicates(first=2, count=1, seed=1))
    for ours, theirs in zip(
        together.take(together.train[2]), alone.take(alone.train[0]), strict=True
    ):
        assert torch.equal(ours, theirs)
    elsewhere = data.draw(Replicates(first=2, count=1, seed=2))
    assert not torch.equal(elsewhere.take(elsewhere.train[0])[0], alone.take(alone.train[0])[0])


def test_digits_have_no_constant_pixel_and_unit_variance() -> None:
    inputs = Digits().draw(REPLICATES).inputs
    assert inputs.shape == (1797, 61)
    torch.testing.assert_close(inputs.mean(0), torch.zeros(61), atol=1e-5, rtol=0)
    torch.testing.assert_close(inputs.std(0, correction=0), torch.ones(61))


def test_raw_digits_lie_between_0_and_1() -> None:
    inputs = Digits(scaling="raw").draw(REPLICATES).inputs
    assert inputs.min() == 0
    assert inputs.max() == 1


def test_smaller_training_sets_are_part_of_the_larger() -> None:
    few, all_ = Digits(train_count=100).draw(REPLICATES), Digits().draw(REPLICATES)
    assert torch.equal(few.train, all_.train[:, :100])
    assert torch.equal(few.test, all_.test)


def test_images_have_the_amplitude_spectrum_of_photographs() -> None:
    images = Images(train_count=300, test_count=50).draw(REPLICATES).inputs.numpy()
    assert images.min() >= 0
    assert images.max() <= 1
    pixels = images.reshape(-1, 3, 32, 32)
    amplitude = np.sqrt((np.abs(np.fft.fft2(pixels)) ** 2).mean((0, 1)))
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(32), np.fft.fftfreq(32)))
    middle = (frequency >= 2 / 32) & (frequency <= 0.5)
    slope = np.polyfit(np.log(frequency[middle]), np.log(amplitude[middle]), 1)[0]
    assert slope == pytest.approx(-1, abs=0.1)  # 1/f: Field 1987
    channels = np.corrcoef(pixels[:, 0].ravel(), pixels[:, 1].ravel())[0, 1]
    assert channels == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("data", KINDS, ids=repr)
def test_a_sample_lies_in_one_piece_of_memory_so_that_it_is_copied_fast(data: Data) -> None:
    assert data.draw(REPLICATES).inputs.is_contiguous()


def test_an_epoch_visits_every_sample_at_most_once_and_the_next_in_another_order() -> None:
    samples = Digits().draw(REPLICATES)
    batches = minibatches(samples, 32, REPLICATES)
    epochs = [torch.stack([next(batches)[0] for _ in range(44)], 1) for _ in range(2)]
    for row in range(3):
        visited = epochs[0][row].reshape(-1, 61)
        # The digits hold few images twice, so distinct rows are all but the number of samples.
        assert len(visited.unique(dim=0)) >= 44 * 32 - 5
    assert not torch.equal(*epochs)


@pytest.mark.parametrize("data", KINDS, ids=repr)
def test_the_repr_is_code(data: Data) -> None:
    assert eval(repr(data)) == data
