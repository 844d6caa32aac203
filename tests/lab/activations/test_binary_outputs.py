"""One output unit for two classes: its losses, its labels, and what it learns."""

import pytest
import torch

from refute.experiment import Replicates
from refute.lab.activations import binary_outputs as module
from refute.lab.activations.binary_outputs import (
    BinaryOutput,
    accuracy_with_output,
    cross_entropy,
)
from refute.lab.activations.numbers import Number

SOME = Replicates(0, 4, seed=3)
LABELS = torch.tensor([0.0, 1.0])


def accuracy(unit):
    sample = BinaryOutput(unit).run(SOME).samples["test accuracy"]
    return sample.lower / sample.scale


def test_losses_follow_their_formulas():
    outputs = torch.tensor([0.25, 0.25])
    expected = torch.nn.functional.binary_cross_entropy(outputs, LABELS, reduction="none")
    assert torch.allclose(module._log_loss(outputs, LABELS), expected)
    assert module._squared_error(outputs, LABELS).tolist() == [1.25**2, 0.75**2]


@pytest.mark.parametrize("unit", ["sigmoid, log loss", "half of 1 + tanh, log loss"])
def test_an_output_between_0_and_1_learns_by_log_loss(unit):
    assert (accuracy(unit) > 0.9).all()


def test_tanh_learns_by_squared_error_and_not_by_log_loss():
    assert (accuracy("tanh, squared error") > 0.9).all()
    assert accuracy("tanh, log loss").mean() < 0.8


def test_torch_rejects_negative_outputs():
    assert cross_entropy("sigmoid", Number(0.0)) == pytest.approx(0.6931, abs=1e-4)
    with pytest.raises(RuntimeError):
        cross_entropy("tanh", Number(-1.0))


def test_it_names_itself():
    name = "test accuracy with an output unit of tanh, squared error"
    assert accuracy_with_output("tanh, squared error").name == name
