"""A smaller network taught by a larger one."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)

from refute.lab.bench.data import minibatches
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.stack.network import StackedNetwork, stack
from refute.lab.bench.trained import TrainedStack
from refute.quantity import Replicates

STUDENT = Network(hidden=(30,))

TEMPERATURE = 4.0
STEPS, BATCH = 220, 32


def student_of(teacher: TrainedStack, replicates: Replicates) -> StackedNetwork:
    """Networks of one hidden layer of 30 units, trained to answer as their teachers do.

    The student's class probabilities are fitted to the teacher's, both at a raised temperature
    (Hinton, Vinyals and Dean 2015, 2), for five epochs of the teacher's training images.
    """
    student = stack(STUDENT, replicates)
    optimizer = SGD().build(student.parameters())
    batches = minibatches(teacher.samples, BATCH, replicates)
    for _ in range(STEPS):
        inputs, _ = next(batches)
        taught = (teacher.net(inputs) / TEMPERATURE).softmax(-1)
        with torch.enable_grad():
            answered = F.log_softmax(student(inputs) / TEMPERATURE, -1)
            # One mean for each replicate; their sum, so that none feels the others.
            loss = -(taught * answered).sum(-1).mean(1).sum() * TEMPERATURE**2
            optimizer.zero_grad()
            torch.autograd.backward(loss)
        optimizer.step()
    return student
