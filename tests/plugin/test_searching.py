"""The search for counterexamples and witnesses, apart from pytest."""

import contextlib
import os
import time

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from refute.claim import no, some
from refute.decision.outcome import Outcome
from refute.experiment import Series
from refute.plugin import searching
from refute.plugin.limits import TookTooLong, guarded
from refute.plugin.searching import SHRINKS, Unreplayable, is_searched, search
from refute.sketch import sketch


def run(body, conditions, *, number=0, examples=100, shrink=True, **more):
    return search(
        body,
        conditions,
        **more,
        own_failure=lambda error: isinstance(error, AssertionError),
        number=number,
        examples=examples,
        shrink=shrink,
    )


def below_ten(x):
    assert x < 10


def test_a_property_without_counterexample_holds_in_as_many_examples_as_asked():
    outcome, evidence = run(below_ten, {"x": st.integers(max_value=9)})

    assert outcome is Outcome.HOLDS
    assert (evidence.quantifier, evidence.examples, evidence.failing) == ("every", 100, 0)


def test_one_shrunk_counterexample_refutes():
    outcome, evidence = run(below_ten, {"x": st.integers()})

    assert outcome is Outcome.FAILS
    assert evidence.counterexample == "x=10"


def test_a_control_is_not_shrunk():
    calls = []

    def body(x):
        calls.append(x)
        below_ten(x)

    outcome, _ = run(body, {"x": st.integers()}, shrink=False)

    assert outcome is Outcome.FAILS
    assert calls[-1] == calls[-2] or calls[-1] == calls[-3]  # found, maybe confirmed, replayed


def test_shrinking_is_bounded():
    calls = []

    def body(x):
        calls.append(x)
        assert len(x) < 3

    outcome, _ = run(body, {"x": st.lists(st.floats(), min_size=0, max_size=200)})

    assert outcome is Outcome.FAILS
    assert len(calls) <= 100 + SHRINKS + 2


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_thinking_about_a_smaller_counterexample_is_bounded(monkeypatch):
    monkeypatch.setattr(searching, "SHRINKING_SECONDS", 0.2)
    numbers = st.lists(st.integers(0, 9), min_size=2000, max_size=2000)

    with guarded(60) as timer:  # Hypothesis would think for five minutes
        outcome, evidence = run(lambda x: _assert(len(x) < 3), {"x": numbers}, begun=timer.start)

    assert outcome is Outcome.FAILS
    assert evidence.counterexample == f"x={[0] * 2000}"


def interrupted(hunt, **_):
    """Stand for Hypothesis: interrupted while it draws, it calls the next example inconsistent."""
    with contextlib.suppress(AssertionError):
        hunt.example(x=12)
    raise Flaky("Inconsistent data generation!")


def test_what_hypothesis_makes_of_an_interruption_does_not_make_the_check_flaky(monkeypatch):
    monkeypatch.setattr(searching, "SHRINKING_SECONDS", 0.0)
    monkeypatch.setattr(searching, "_run", interrupted)

    outcome, evidence = run(below_ten, {"x": st.integers()})

    assert outcome is Outcome.FAILS
    assert evidence.counterexample == "x=12"


def test_a_flaky_check_is_found_after_an_interruption_too(monkeypatch):
    outcomes = iter([False, True])
    monkeypatch.setattr(searching, "SHRINKING_SECONDS", 0.0)
    monkeypatch.setattr(searching, "_run", interrupted)

    with pytest.raises(searching.Unreplayable, match="both outcomes"):
        run(lambda x: _assert(next(outcomes)), {"x": st.integers()})


def test_before_the_time_is_over_hypothesis_is_believed(monkeypatch):
    monkeypatch.setattr(searching, "_run", interrupted)

    with pytest.raises(searching.Unreplayable, match="both outcomes"):
        run(below_ten, {"x": st.integers()})


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_a_body_that_takes_too_long_while_shrinking_is_an_error():
    def body(x):
        if x < 1000:
            time.sleep(60)
        below_ten(x)

    with guarded(0.3) as timer, pytest.raises(TookTooLong):
        run(body, {"x": st.integers(min_value=100)}, begun=timer.start)


def test_the_same_seed_draws_the_same_examples_and_another_others():
    def drawn(number):
        seen = []
        run(lambda x: seen.append(x), {"x": st.integers()}, number=number)
        return seen

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_one_witness_supports_an_existential():
    outcome, evidence = run(lambda x: _assert(x > 99), {"x": some(st.integers())})

    assert outcome is Outcome.HOLDS
    assert evidence.witness == "x=100"


def test_no_witness_leaves_an_existential_undecided():
    outcome, evidence = run(lambda x: _assert(x > 99), {"x": some(st.integers(0, 5))})

    assert outcome is Outcome.UNDECIDED
    assert evidence.witness is None


def test_no_witness_refutes_where_the_contradicting_universal_is_asked():
    assert run(lambda x: _assert(x > 99), {"x": no(st.integers(0, 5))})[0] is Outcome.FAILS
    assert run(lambda x: _assert(x > 99), {"x": no(st.integers())})[0] is Outcome.HOLDS


def test_examples_that_do_not_meet_an_assumption_are_no_counterexamples():
    def body(x):
        assume(x > 0)
        assert x > 0

    outcome, evidence = run(body, {"x": st.integers()})

    assert outcome is Outcome.HOLDS
    assert evidence.examples > 0


def test_a_crash_is_raised_and_never_refutes():
    with pytest.raises(ZeroDivisionError):
        run(lambda x: 1 / (x - x), {"x": st.integers()})


@pytest.mark.parametrize("fails", [{5}, {5, 6, 7}, {5, 6, 8}])
@pytest.mark.parametrize("shrink", [True, False])
def test_a_counterexample_that_does_not_come_out_so_again_is_an_error_in_one_line(fails, shrink):
    calls = []

    def body(x):
        calls.append(x)
        assert len(calls) not in fails

    with pytest.raises(Unreplayable, match=r"^x=-?\d+ gave both outcomes: a property must be det"):
        run(body, {"x": st.integers()}, shrink=shrink)


def test_plain_values_stay_as_they_are():
    seen = set()
    run(lambda x, y: seen.add(y), {"x": st.integers(), "y": 7})

    assert seen == {7}


def test_quantifiers_do_not_mix():
    with pytest.raises(TypeError, match="both"):
        run(lambda x, y: None, {"x": some(st.integers()), "y": no(st.integers())})


def test_conditions_with_a_strategy_are_searched():
    assert is_searched({"x": 1, "y": st.integers()})
    assert is_searched({"x": some(st.integers())})
    assert not is_searched({"x": 1})


def _assert(value):
    assert value


def test_what_the_check_sketches_of_its_counterexample_is_evidence():
    def body(x):
        line = np.array([0.0, float(x)])
        sketch(lambda: Series("line", "function", "x", "y", line, line[None], marks=((x, x),)))
        below_ten(x)

    _, evidence = run(body, {"x": st.integers()})
    (series,) = evidence.series

    assert evidence.counterexample == "x=10"
    assert (series.x, series.quantiles, series.marks) == ([0, 10], [[0, 10]], [[10, 10]])


def test_a_search_that_found_nothing_leaves_no_sketch():
    def body(x):
        sketch(lambda: pytest.fail("nobody looks"))

    assert run(body, {"x": st.integers()})[1].series == []
