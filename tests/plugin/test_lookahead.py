"""What claims will measure is begun before their turns, and decides nothing."""

import pytest

from refute.decision.table import Table
from refute.engine.engine import Engine
from refute.engine.jobs import run_job
from refute.plugin.lookahead import Lookahead

CLAIMS = '''
from bench import drawn
from refute import claim, control, reading
from refute.wording import roughly


@claim("draws/twice", depends="holds for four, not ten", correction="It is {ten} times as many.")
class TestTwice:
    """A draw is roughly twice a draw around one."""

    @reading("ten", centre=10.0, published="fails")
    @reading("at the very edge", centre=2.7, published="undecided")
    @reading("broken", centre="none")
    @control("two", centre=2.0)
    def test_ratio(self, measure, centre):
        measure(drawn(centre + 0.0) / drawn(1.0, 0.2), claimed=roughly(2))

    @reading("counted", number=3)
    @control("another", number=4)
    def test_exactly(self, number):
        assert number == 3
'''


class Ready:
    """A runner that has everything that was begun, and nothing else."""

    alike = False

    def __init__(self):
        self.begun = []
        self.new = []

    def begin(self, jobs):
        self.new = [job for job in jobs if job not in self.begun]
        self.begun += self.new

    def ended(self, job):
        return job not in self.new

    def finished(self):
        return self.begun

    def run(self, jobs):
        assert set(jobs) <= set(self.begun), "what nobody foresaw was waited for"
        yield from ((place, run_job(*job)) for place, job in enumerate(jobs))

    def close(self):
        pass


@pytest.fixture
def foreseen(stranger):
    stranger.write("draws", CLAIMS)
    items, _ = stranger.pytester.inline_genitems("claims")
    runner = Ready()
    foresight = Lookahead(Engine(runner=runner), Table.of({32: 3, 64: 13, 128: 37}))
    foresight.begin(items, lambda item: None)
    return runner, foresight


def replicates_begun(runner, centre):
    return sum(many.count for experiment, many, _ in runner.begun if experiment.centre == centre)


def test_the_first_look_of_every_measured_check_is_begun(foreseen):
    runner, _ = foreseen
    assert {job.experiment.centre for job in runner.begun} == {10.0, 2.7, 2.0, 1.0}
    assert all(replicates_begun(runner, centre) == 32 for centre in (10.0, 2.7, 2.0, 1.0))


def test_only_what_is_undecided_is_looked_at_again_and_no_further_than_the_looks(foreseen):
    runner, foresight = foreseen
    for n in (64, 128, 128):
        foresight.advance()
        assert replicates_begun(runner, 2.7) == n
    assert replicates_begun(runner, 10.0) == 32
    assert replicates_begun(runner, 2.0) == 32
