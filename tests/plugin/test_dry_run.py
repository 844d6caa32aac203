"""The body of a check is run up to its instrument, and no further."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from refute.plugin import dry_run


def item(body: Callable[..., object], **conditions: object) -> pytest.Function:
    """An item of a check, as far as a dry run knows it."""
    function = body.__code__
    names = function.co_varnames[: function.co_argcount]
    made = SimpleNamespace(
        obj=body,
        callspec=SimpleNamespace(params=conditions),
        _fixtureinfo=SimpleNamespace(argnames=names),
    )
    return cast(pytest.Function, made)


def doubled(number: int) -> int:
    return 2 * number


def asked(body: Callable[..., object], **conditions: object) -> int | None:
    return dry_run.asked(item(body, **conditions), "measure", doubled, limit=10)


def test_it_ends_where_the_instrument_is_called_and_keeps_what_that_was_given():
    def body(measure: Any, x: int) -> None:
        measure(x)
        raise AssertionError("the body went on")

    assert asked(body, x=3, of_another_fixture=4) == 6


def test_a_body_that_asks_for_nothing_gives_nothing():
    assert asked(lambda measure: None) is None


def test_errors_are_those_of_the_body_and_of_the_instrument_under_its_own_name():
    with pytest.raises(ZeroDivisionError):
        asked(lambda measure: 1 / 0)
    with pytest.raises(TypeError, match=r"^measure\(\) missing 1 required positional argument"):
        asked(lambda measure: measure())
