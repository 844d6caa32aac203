"""The most variable pixels are kept, and splits and labels stay the same."""

from __future__ import annotations

import torch

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.sparsity.fewer_pixels import FewerPixels, zeros_of_few_pixels

REPLICATES = Replicates(0, 2)


def test_only_pixels_are_left_out() -> None:
    few, all_of_them = FewerPixels(30).draw(REPLICATES), Digits().draw(REPLICATES)
    assert few.inputs.shape == (1797, 30)
    assert torch.equal(few.train, all_of_them.train)
    assert torch.equal(few.labels, all_of_them.labels)
    raw = Digits(scaling="raw").draw(REPLICATES).inputs.std(0)
    kept = raw.argsort()[-30:].sort().values
    assert torch.equal(few.inputs, all_of_them.inputs[:, kept])


def test_the_quantity_names_the_number_of_pixels() -> None:
    assert zeros_of_few_pixels().name.endswith("with 30 of 61 pixels")
