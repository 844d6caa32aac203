"""A student learns its teacher's answers, without labels."""

from __future__ import annotations

import torch

from refute.experiment import Replicates
from refute.lab.bench.training import Training
from refute.lab.sparsity.distilling import student_of


def test_a_student_answers_as_its_own_teacher_does() -> None:
    replicates = Replicates(0, 2)
    with torch.no_grad():
        teacher = Training(steps=100).train(replicates)
        student = student_of(teacher, replicates)
        inputs, _ = teacher.samples.take(teacher.samples.test)
        agreed = (student(inputs).argmax(-1) == teacher.net(inputs).argmax(-1)).float().mean(1)
    assert bool((agreed > 0.85).all())
    assert student.network.sizes == (61, 30, 10)
