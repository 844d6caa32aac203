"""The body of a check is run up to its instrument, and no further."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from refute.plugin import dry_run


def item(body: Callable[..., object], **conditions: object) -> pytest.Function:
    """An item of a check, as far as a dry run knows it."""
    function = body.__code__
    made: Any = pytest.Function.__new__(pytest.Function)  # pytest makes them only from a session
    made.obj = body
    made.callspec = SimpleNamespace(params=conditions)
    names = function.co_varnames[: function.co_argcount]
    made._fixtureinfo = SimpleNamespace(argnames=names)
    return made


def doubled(number: int) -> int:
    return 2 * number


def asked(body: Callable[..., object], **conditions: object) -> int | BaseException | None:
    return dry_run.asked(item(body, **conditions), "measure", doubled, limit=10)


def test_it_ends_where_the_instrument_is_called_and_keeps_what_that_was_given():
    def body(measure: Any, x: int) -> None:
        measure(x)
        raise AssertionError("the body went on")

    assert asked(body, x=3, of_another_fixture=4) == 6


def test_a_body_that_asks_for_nothing_gives_nothing():
    assert asked(lambda measure: None) is None


def test_a_check_with_other_fixtures_is_not_run_and_gives_nothing():
    assert asked(lambda measure, tmp_path: measure(1)) is None
    assert asked(lambda race: race(1)) is None


def test_errors_are_those_of_the_body_and_of_the_instrument_under_its_own_name():
    assert isinstance(asked(lambda measure: 1 / 0), ZeroDivisionError)
    missing = asked(lambda measure: measure())
    assert isinstance(missing, TypeError)
    assert str(missing).startswith("measure() missing 1 required positional argument")


def test_a_skip_is_an_error_and_a_person_who_interrupts_is_heard():
    def interrupted(measure: Any) -> None:
        raise KeyboardInterrupt

    assert isinstance(asked(lambda measure: pytest.skip("not here")), pytest.skip.Exception)
    with pytest.raises(KeyboardInterrupt):
        asked(interrupted)
