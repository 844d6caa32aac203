"""Optimizers that torch would refuse are refused where they are described."""

import pytest

from refute.lab.bench.optimizers import SGD


def test_nesterov_momentum_of_zero_is_refused():
    with pytest.raises(ValueError, match=r"SGD\(nesterov=True, momentum=0\): give a momentum"):
        SGD(momentum=0.0, nesterov=True)
    assert SGD(momentum=0.5, nesterov=True).nesterov
