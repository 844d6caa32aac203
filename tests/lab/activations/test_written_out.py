"""ReLU written out does the same work as torch's kernel."""

import pytest
import torch

from refute.lab.activations.written_out import relu


@pytest.mark.parametrize("written", ["kernel", "formula"])
def test_both_give_relu_and_its_gradient(monkeypatch, written):
    seen: dict[str, object] = {}

    def grad(outputs, of, cotangent):
        inputs = of if isinstance(of, torch.Tensor) else of[0]
        seen["gradient"] = usual(outputs, of, cotangent)[0]
        seen["expected"] = torch.where(inputs > 0, cotangent, 0)
        seen["outputs"] = torch.equal(outputs, inputs.detach().clamp_min(0))
        return ()

    usual = torch.autograd.grad
    monkeypatch.setattr(torch.autograd, "grad", grad)
    relu(written, 100).run()
    assert seen["outputs"]
    assert torch.equal(seen["gradient"], seen["expected"])


def test_they_name_themselves():
    assert relu("formula", 8).name == "ReLU written out on 8 elements, forward and backward"
    assert relu("kernel", 8).name == "ReLU on 8 elements, forward and backward"
