"""Races of work that is done many times, of work drawn anew, and shares of replicates."""

import pytest

from refute.ledger import Measured

CLAIM = '''
from bench import drawn
from refute import claim, control, reading
from refute.timing import Contender, Drawn
from refute.wording import most, much_longer, slower


def work(units):
    return Contender(f"{units} x", lambda: sum(range(4000 * units)))


def any_work(most):
    return Drawn(f"up to {most} x", lambda seed, replicate: work(1 + (seed + replicate) % most))


@claim("draws/whole")
class TestWhole:
    """Work that is done four times as often takes much longer."""

    @reading("four times", often=8.0)
    @control("as often", often=2.0)
    def test_time(self, race, often):
        race(work(1), work(1), times=drawn(often) / drawn(2.0), claimed=much_longer())


@claim("draws/share")
class TestShare:
    """Mostly, drawn work that is done twice as often takes longer."""

    @reading("twice", often=4.0)
    @control("half as often", often=1.0)
    def test_time(self, race, often):
        race(any_work(3), any_work(3), times=drawn(often) / drawn(2.0), within=slower(),
             claimed=most())
'''


def test_the_whole_of_the_work_is_held_against_the_region(stranger, monkeypatch):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)  # should these tests run under -n
    stranger.write("whole", CLAIM)
    result = stranger.pytester.runpytest_subprocess("claims", "--refute-seed", "3")

    assert result.ret == 0
    whole, share = sorted(stranger.ledger().claims, key=lambda claim: claim.id, reverse=True)
    four, alike = (reading.evidence for reading in whole.readings)
    assert isinstance(four, Measured)
    assert isinstance(alike, Measured)
    assert four.timed
    assert 3 < four.estimate < 5.3
    assert 0.7 < alike.estimate < 1.4
    assert four.quantity.name == ("time of 1 x × draw around 8.0 / time of 1 x × draw around 2.0")
    twice, half = share.readings
    assert (twice.outcome, half.outcome) == ("holds", "fails")
    assert isinstance(twice.evidence, Measured)
    assert twice.evidence.quantity.kind == "share"
    assert twice.evidence.quantity.name == (
        "share of replicates whose time of up to 3 x × draw around 4.0 / "
        "time of up to 3 x × draw around 2.0 is noticeably slower (at least 1.1 times)"
    )


@pytest.mark.parametrize(("claimed", "within"), [("most()", "None"), ("much_longer()", "slower()")])
def test_a_proportion_is_of_a_region_and_nothing_else_is(stranger, claimed, within, monkeypatch):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    text = CLAIM.replace("claimed=most()", f"claimed={claimed}")
    stranger.write("whole", text.replace("within=slower()", f"within={within}"))
    result = stranger.pytester.runpytest_subprocess("claims", "-k", "TestShare")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*say within which region for a proportion, and only then*"])
