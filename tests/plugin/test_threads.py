"""Searches and asserted checks run beside the workers, so torch has one thread in them."""

import pytest
import torch

from refute.engine.state import own_state, use_one_thread

CLAIM = '''
import torch
from hypothesis import strategies as st

from refute import claim, control, reading


@claim("whole/given")
class TestGiven:
    """torch has one thread."""

    @reading("one", number=1)
    @control("three", number=3)
    def test_threads(self, number):
        assert torch.get_num_threads() == number


@claim("whole/drawn")
class TestDrawn:
    """torch has one thread."""

    @reading("one", number=st.just(1))
    @control("three", number=st.just(3))
    def test_threads(self, number):
        assert torch.get_num_threads() == number


def test_threads_are_as_before():
    assert torch.get_num_threads() == 3
'''


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["one process", "xdist"])
def test_checks_have_one_thread_and_what_follows_has_as_many_as_before(stranger, workers):
    stranger.write("threads", CLAIM)
    stranger.pytester.makeconftest("import torch\n\ntorch.set_num_threads(3)\n")

    result = stranger.pytester.runpytest_subprocess("claims", *workers)

    result.assert_outcomes(passed=5)
    outcomes = [each.outcome for claim in stranger.ledger().claims for each in claim.readings]
    assert outcomes == ["holds", "fails"] * 2


def test_own_state_restores_the_threads():
    before = torch.get_num_threads()
    with own_state():
        use_one_thread()
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
