"""A function written out does the same work as torch's own."""

import inspect

import pytest
import torch
from torch.nn import functional

from refute.lab.activations.written_out import written

RESULTS = {
    "ReLU": lambda z: (z.clamp_min(0), (z > 0).float()),
    "softsign": lambda z: (z / (1 + z.abs()), (1 + z.abs()) ** -2),
}


@pytest.mark.parametrize("function", RESULTS)
@pytest.mark.parametrize("how", ["by torch", "as a formula"])
def test_both_give_the_function_and_its_gradient(monkeypatch, function, how):
    seen: list[torch.Tensor] = []

    def grad(outputs, inputs, cotangent):
        value, slope = RESULTS[function](inputs.detach())
        seen.extend((outputs.detach(), value, usual(outputs, inputs, cotangent)[0]))
        seen.append(slope * cotangent)
        return ()

    usual = torch.autograd.grad
    monkeypatch.setattr(torch.autograd, "grad", grad)
    written(function, how, 100).run()
    outputs, value, gradient, expected = seen
    torch.testing.assert_close(outputs, value)
    torch.testing.assert_close(gradient, expected)


def test_torch_has_no_kernel_for_softsign():
    assert "input / (input.abs() + 1)" in inspect.getsource(functional.softsign)


def test_they_name_themselves():
    formula, own = written("ReLU", "as a formula", 8), written("softsign", "by torch", 8)
    assert formula.name == "ReLU as a formula on 8 elements, forward and backward"
    assert own.name == "softsign by torch on 8 elements, forward and backward"
