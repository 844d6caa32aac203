"""Timed pairs: what one replicate of a race is."""

import time

import pytest

from refute import timing
from refute.timing import PAIRS, Contender, Drawn, Race


class Clock:
    """A clock that only moves when a contender works."""

    def __init__(self, monkeypatch):
        self.now = 0.0
        self.calls = []
        monkeypatch.setattr(timing, "perf_counter", lambda: self.now)

    def contender(self, name, seconds):
        def run():
            self.calls.append(name)
            self.now += seconds

        return Contender(name, run)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def test_a_replicate_is_the_ratio_of_the_contenders_times(clock):
    race = Race(clock.contender("a", 6e-3), clock.contender("b", 2e-3))

    assert race.replicate() == pytest.approx(3)
    assert race.name == "time of a / time of b"


def test_pairs_are_interleaved_and_flipped(clock):
    race = Race(clock.contender("a", 6e-3), clock.contender("b", 2e-3))
    race.replicate()
    clock.calls.clear()

    race.replicate()

    assert "".join(clock.calls) == "abba" * (PAIRS // 2) + "ab"


def test_each_side_does_at_least_a_millisecond_of_work(clock):
    race = Race(clock.contender("a", 1e-6), clock.contender("b", 5e-3))
    race.replicate()
    clock.calls.clear()

    race.replicate()

    assert 1e-3 * (1 - 1e-9) <= clock.calls.count("a") / PAIRS * 1e-6 < 1.2e-3
    assert clock.calls.count("b") == PAIRS


def test_work_that_takes_no_time_at_all_ends():
    race = Race(Contender("nothing", lambda: None), Contender("nap", lambda: time.sleep(1e-3)))

    assert 0 < race.replicate() < 0.1


def test_work_that_is_drawn_is_drawn_for_each_replicate_from_the_seed(clock):
    drawn = Drawn("some", lambda seed, replicate: clock.contender("a", 1e-3 * (seed + replicate)))
    race = Race(drawn, clock.contender("b", 2e-3), seed=4)

    assert [race.replicate(at) for at in (0, 2)] == pytest.approx([2, 3])
    assert race.name == "time of some / time of b"
