"""Properties of a pass through dropout, on known cases."""

from __future__ import annotations

import pytest
import torch

from refute.lab.dropout.single_passes import DropoutPass, zeroes_a_random_fraction

PASS = DropoutPass(units=64, samples=16, rate=0.3, seed=3)


def test_dropout_zeroes_some_and_scales_the_rest() -> None:
    activations, once, again = PASS.take()
    kept = once != 0
    assert 0.2 < 1 - kept.double().mean() < 0.4
    torch.testing.assert_close(once[kept], activations[kept] / 0.7)
    assert not torch.equal(once, again)
    assert zeroes_a_random_fraction(PASS)


@pytest.mark.parametrize(
    "other",
    [
        DropoutPass(64, 16, 0.3, 3, training=False),
        DropoutPass(64, 16, 0.3, 3, kind="AlphaDropout"),
    ],
)
def test_a_pass_that_zeroes_nothing_is_rejected(other: DropoutPass) -> None:
    assert not zeroes_a_random_fraction(other)
