"""Knowledge distillation: a small network trained to answer like a larger one."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)

from refute.experiment import Replicates
from refute.lab.bench.data import minibatches
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import USUAL_OPTIMIZER
from refute.lab.bench.stack.network import StackedNetwork, stack
from refute.lab.bench.trained import TrainedStack

STUDENT = Network(hidden=(30,))

TEMPERATURE = 4.0
STEPS, BATCH = 220, 32


def student_of(teacher: TrainedStack, replicates: Replicates) -> StackedNetwork:
    """Networks of one hidden layer of 30 units, distilled from their teachers.

    The student's class probabilities are fitted to the teacher's, both at ``TEMPERATURE`` (Hinton,
    Vinyals and Dean 2015, 2), for five epochs of the teacher's training images.
    """
    student = stack(STUDENT, replicates)
    optimizer = USUAL_OPTIMIZER.build(student.parameters())
    batches = minibatches(teacher.samples, BATCH, replicates)
    for _ in range(STEPS):
        inputs, _ = next(batches)
        targets = (teacher.net(inputs) / TEMPERATURE).softmax(-1)
        with torch.enable_grad():
            log_probabilities = F.log_softmax(student(inputs) / TEMPERATURE, -1)
            # Summing the replicates' mean losses gives each replicate its own gradients.
            loss = -(targets * log_probabilities).sum(-1).mean(1).sum() * TEMPERATURE**2
            optimizer.zero_grad()
            torch.autograd.backward(loss)
        optimizer.step()
    return student
