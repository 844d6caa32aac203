"""A run of claims that use the lab begins by holding its bench against torch."""

import pytest

EXACT = '''
from hypothesis import strategies as st

from refute import claim, control, reading
from refute.lab.bench.small_networks import identical
from torch import ones


@claim("whole/equal")
class TestEqual:
    """A tensor of ones equals itself."""

    @reading("shifted by nothing", by=st.just(0))
    @control("shifted", by=st.integers(1, 9))
    def test_equal(self, by):
        assert identical(ones(3), ones(3) + by)
'''

BROKEN = """
import torch
from torch import nn

nn.SELU.forward = lambda self, x: torch.selu(x) * 1.01
"""


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["one process", "xdist"])
def test_a_broken_torch_fails_the_run_and_is_named_on_terminal_ledger_and_page(stranger, workers):
    stranger.write("equal", EXACT)
    stranger.pytester.makeconftest(BROKEN)

    result = stranger.pytester.runpytest_subprocess("claims", *workers)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["BENCH: *SELU*: * instead of *"])
    bench = stranger.ledger().run.bench
    assert {point.part for point in bench.wrong} >= {"nn.SELU"}
    page = (stranger.pytester.path / "reports" / "index.html").read_text()
    assert "differs from torch" in page
    assert "The bench and torch disagree." in page


def test_a_sound_torch_is_told_on_the_page(stranger):
    stranger.write("equal", EXACT)

    result = stranger.pytester.runpytest_subprocess("claims")

    assert result.ret == pytest.ExitCode.OK
    bench = stranger.ledger().run.bench
    assert (bench.wrong, bench.points > 140) == ([], True)
    page = (stranger.pytester.path / "reports" / "index.html").read_text()
    assert "points</dd>" in page.replace(f"in {bench.points} points", "points")


def test_claims_that_do_not_use_the_lab_need_no_torch(two_claims):
    two_claims.run()

    assert two_claims.ledger().run.bench is None
