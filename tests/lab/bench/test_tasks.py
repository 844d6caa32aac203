"""Tasks: their shapes, their answers, and who draws what."""

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.bench.tasks import Patients, Synthetic

CHUNK = Replicates(2, 3, seed=5)
PLANES = ("disc", "disc and a one", "quadrants")
TASKS = [
    *(Patients(of) for of in ("breast cancer", "diabetes")),
    *(Synthetic(of) for of in ("spirals", "waves", *PLANES)),
]


def test_no_more_patients_are_asked_for_than_there_are():
    for of, there_are in (("breast cancer", 569), ("diabetes", 442)):
        assert len(Patients(of, there_are - 200).draw(CHUNK).labels) == there_are
        with pytest.raises(ValueError, match=f"{of}: .* give at most {there_are} together"):
            Patients(of, there_are - 199)


@pytest.mark.parametrize("task", TASKS, ids=repr)
def test_samples_have_the_shapes_that_the_task_says(task):
    samples = task.draw(CHUNK)
    inputs, labels = samples.take(samples.train)
    assert inputs.shape == (3, task.train_count, task.features)
    assert inputs.dtype == torch.float32
    assert set(labels.unique().tolist()) == set(range(task.classes))
    assert samples.test.shape == (3, task.test_count)


@pytest.mark.parametrize("task", TASKS, ids=repr)
def test_nothing_is_both_trained_on_and_tested_and_replicates_differ(task):
    samples = task.draw(CHUNK)
    for train, test in zip(samples.train.tolist(), samples.test.tolist(), strict=True):
        assert not set(train) & set(test)
    first, second = samples.take(samples.train)[0][:2]
    assert not torch.equal(first, second)


@pytest.mark.parametrize("task", TASKS, ids=repr)
def test_a_replicate_draws_the_same_alone(task):
    together, alone = task.draw(CHUNK), task.draw(Replicates(4, 1, seed=5))
    for which in ("train", "test"):
        inputs, labels = together.take(getattr(together, which))
        alone_inputs, alone_labels = alone.take(getattr(alone, which))
        assert torch.equal(inputs[2], alone_inputs[0])
        assert torch.equal(labels[2], alone_labels[0])


def test_patients_are_those_of_scikit_learn():
    assert Patients("breast cancer").features == 30
    assert Patients("diabetes").features == 10
    samples = Patients("diabetes").draw(CHUNK)
    assert samples.labels.float().mean() == pytest.approx(0.5, abs=0.01)
    assert torch.allclose(samples.inputs.mean(0), torch.zeros(10), atol=1e-5)
    assert torch.allclose(samples.inputs.std(0, correction=0), torch.ones(10), atol=1e-5)


def test_neighbours_on_a_spiral_are_of_one_class_and_no_line_parts_the_classes():
    samples = Synthetic("spirals").draw(Replicates(0, 1))
    points, labels = samples.inputs.numpy(), samples.labels.numpy()
    distances = ((points[:, None] - points[None]) ** 2).sum(2) + np.eye(len(points)) * 9
    assert (labels[distances.argmin(1)] == labels).mean() > 0.9
    design = np.c_[points, np.ones(len(points))]
    fitted = design @ np.linalg.lstsq(design, np.eye(3)[labels], rcond=None)[0]
    assert (fitted.argmax(1) == labels).mean() < 0.6


def test_waves_are_a_matter_of_position_and_neither_class_is_rare():
    samples = Synthetic("waves").draw(Replicates(0, 20))
    shares = samples.labels.view(20, -1).double().mean(1)
    assert ((shares > 0.05) & (shares < 0.95)).all()
    assert not torch.equal(shares, shares[0].expand(20))


@pytest.mark.parametrize("of", PLANES)
def test_points_of_a_plane_are_of_two_classes_equally_often(of):
    samples = Synthetic(of).draw(CHUNK)
    assert samples.labels.float().mean() == pytest.approx(0.5, abs=0.03)


def test_a_disc_is_within_a_circle_and_quadrants_are_opposite():
    disc, with_a_one = (Synthetic(of).draw(CHUNK) for of in ("disc", "disc and a one"))
    inside = disc.inputs[disc.labels == 1].norm(dim=1)
    assert inside.max() < disc.inputs[disc.labels == 0].norm(dim=1).min()
    assert torch.equal(with_a_one.inputs[:, :2], disc.inputs)
    assert (with_a_one.inputs[:, 2] == 1).all()
    quadrants = Synthetic("quadrants").draw(CHUNK)
    x, y = quadrants.inputs.unbind(1)
    assert torch.equal((x > 0) == (y > 0), quadrants.labels == 1)
