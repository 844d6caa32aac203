"""Races of work that is done many times, of work drawn for each replicate, and of shares."""

from pathlib import Path

import pytest

from refute.decision.table import LOOKS
from refute.experiment import Experiment, Record
from refute.ledger import Measured
from refute.plugin.measuring import refuse_misfits
from refute.plugin.racing import refuse_others
from refute.quantity import Recorded
from refute.timing import Contender, Drawn
from refute.wording import most, roughly, slower
from tests.plugin.test_judging import claim_of
from tests.plugin.test_limits import EXPERIMENT

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


def test_the_whole_of_the_work_is_held_against_the_region(stranger):
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
def test_a_proportion_is_of_a_region_and_nothing_else_is(stranger, claimed, within):
    text = CLAIM.replace("claimed=most()", f"claimed={claimed}")
    stranger.write("whole", text.replace("within=slower()", f"within={within}"))
    result = stranger.pytester.runpytest_subprocess("claims", "-k", "TestShare")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*give within=region for a proportion, and only then*"])


# --- what is refused before anything is run ------------------------------------------------


class NeverRun(Experiment):
    """An experiment that fails the test that runs it."""

    chunk, stream = 16, 0

    def run(self, replicates) -> Record:
        raise AssertionError("it was run")


STEPS = Recorded(NeverRun(), "steps", "steps")
WORK = Contender("a step", list)


RACE = '''
from bench import drawn
from refute import claim, control, reading
from refute.timing import Contender
from refute.wording import much_longer


def work():
    return Contender("a sum", lambda: sum(range(4000)))


@claim("draws/whole")
class TestWhole:
    """Work that is done four times as often takes much longer."""

    @reading("four times", often=8.0)
    @control("as often", often=2.0)
    def test_time(self, race, often):
        race(work(), work(), times=drawn(often) / drawn(2.0), claimed=much_longer())
'''


def test_how_often_the_work_is_done_is_measured_once_and_timed_every_time(runs):
    runs.claim.write_text(RACE)

    first = runs()
    assert {line.split()[0] for line in first} == {"2.0", "8.0"}
    assert runs.reused == [None, None]
    timed = runs.numbers

    # On a busy machine, the race may need more pairs this time.
    assert not set(runs()) & set(first)
    assert all(number >= LOOKS[0] for number, _ in runs.reused)
    assert runs.numbers != timed


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            lambda: refuse_others(list, list, slower()),
            r"race\(<class 'list'>, .*a contender is need",
        ),
        (lambda: refuse_others(WORK, 3.0, slower()), r"race\(3.0, .*Contender\("),
        (
            lambda: refuse_others(WORK, WORK, (0, 1)),
            r"claimed=\(0, 1\): a region is needed, such as",
        ),
        (lambda: refuse_others(WORK, WORK, slower(), 3), "times=3: .* one quantity over another"),
        (lambda: refuse_others(WORK, WORK, most(), None, 2), "within=2: a region is needed"),
        (lambda: refuse_others(WORK, WORK, most()), "give within=region for a proportion"),
        (lambda: refuse_misfits(3.0, slower()), r"measure\(3.0, ...\): a quantity is needed"),
        (lambda: refuse_misfits(STEPS, (0, 1)), r"claimed=\(0, 1\): a region is needed"),
        (lambda: refuse_misfits(STEPS, most()), r"use .within\(region\) on the quantity"),
        (lambda: refuse_misfits(STEPS.within(roughly(2)), roughly(2)), r"use .within\(region\)"),
        (lambda: STEPS.within((0, 1)), r"within\(\(0, 1\)\): a region is needed"),
        (lambda: STEPS / 2, "steps is compared with 2, which is not a quantity: to compare"),
        (lambda: STEPS - 2, "steps is compared with 2, which is not a quantity: to compare"),
        (lambda: Contender("a step", 3), "'a step': run=3 cannot be called: give the work"),
        (lambda: Contender(list, list), "a contender has the name <class 'list'>: give a text"),
        (lambda: Drawn("a step", WORK), "'a step': draw=.* give a function of seed and replicate"),
    ],
)
def test_what_is_expected_is_named(wrong, said):
    with pytest.raises(TypeError, match=said):
        wrong()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("measure(ran(x), claimed=(0, 1))", "claimed=(0, 1): a region is needed"),
        ("race(list, list, claimed=roughly(2), times=ran(x) / ran(3))", "a contender is needed"),
        ("race(work, work, claimed=(0, 1), times=ran(x) / ran(3))", "claimed=(0, 1): a region is"),
        ("race(list, list)", "race() missing 1 required keyword-only argument: 'claimed'"),
    ],
)
def test_what_is_refused_was_not_run(stranger, line, said):
    (stranger.claims / "bad.py").write_text(
        EXPERIMENT.format("open('was run', 'w').close()").replace("def bad", "def ran")
    )
    text = claim_of(f"    def test_it(self, {line[: line.index('(')]}, x):\n        {line}\n")
    stranger.write(
        "it",
        text.replace("from bench import drawn", "from bad import ran").replace(
            "from refute.wording",
            "from refute.timing import Contender\nwork = Contender('w', list)\nfrom refute.wording",
        ),
    )

    result = stranger.run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    (claim,) = stranger.ledger().claims
    assert claim.verdict == "NO VERDICT"
    assert all(said in reading.error for reading in claim.readings)
    assert not Path("was run").exists()
