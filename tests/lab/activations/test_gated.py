"""Alternatives to ReLU: the same training for all, gated layers twice as wide."""

import torch

from refute.experiment import Replicates
from refute.lab.activations import gated
from refute.lab.activations.gated import InReluPlace, accuracy_in_relu_place
from refute.lab.activations.stacked_layers import forward
from refute.lab.bench.training import Training


def test_with_relu_it_is_the_labs_usual_training(monkeypatch):
    monkeypatch.setattr(gated, "STEPS", 44)
    with_relu = InReluPlace("relu").run(Replicates(0, 4, 5)).samples["test accuracy"]
    usual = Training(steps=44).run(Replicates(0, 4, 5)).samples["test accuracy"]
    assert (abs(with_relu.lower - usual.lower) <= 2).all()  # round-off, in another order of sums


def test_a_gated_layer_has_twice_the_outputs_and_passes_on_half():
    layers = InReluPlace("glu")._layers(Replicates(0, 2, 5))
    assert [tuple(weights.shape) for weights, _ in layers] == [
        (2, 61, 200), (2, 100, 200), (2, 100, 10),
    ]  # fmt: skip
    logits = forward(layers, torch.nn.GLU(), torch.randn(2, 7, 61))
    assert logits.shape == (2, 7, 10)


def test_the_name_says_what_a_gated_layer_needs():
    assert accuracy_in_relu_place("glu").name == (
        "test accuracy with GLU in layers of 200, which it halves"
    )
