"""ReLU written out does the same work as torch's kernel."""

import pytest
import torch

from refute.lab.activations.written_out import relu


@pytest.mark.parametrize("written", ["kernel", "formula"])
def test_both_give_relu_and_its_gradient(monkeypatch, written):
    given: dict[str, object] = {}

    def grad(outputs, wanted, arrived):
        inputs = wanted if isinstance(wanted, torch.Tensor) else wanted[0]
        given["found"] = found(outputs, wanted, arrived)[0]
        given["expected"] = torch.where(inputs > 0, arrived, 0)
        given["outputs"] = torch.equal(outputs, inputs.detach().clamp_min(0))
        return ()

    found = torch.autograd.grad
    monkeypatch.setattr(torch.autograd, "grad", grad)
    relu(written, 100).run()
    assert given["outputs"]
    assert torch.equal(given["found"], given["expected"])


def test_they_name_themselves():
    assert relu("formula", 8).name == "ReLU written out on 8 elements, forward and backward"
    assert relu("kernel", 8).name == "ReLU on 8 elements, forward and backward"
