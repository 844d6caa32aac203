"""Runs the body of a check up to its instrument, to learn what it will measure or race."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from refute.plugin.limits import guarded

A = TypeVar("A")


class _Asked(Exception):
    """Ends the body of a check once it has called its instrument."""


def asked(
    item: pytest.Item, instrument: str, take: Callable[..., A], *, limit: float = 60.0
) -> A | BaseException | None:
    """What a check asks of its instrument, or what it raised instead.

    ``None`` if only its real run can show this: it has other fixtures, or ends without asking.

    Args:
        item: the check under the conditions of one of its readings or controls.
        instrument: the fixture that it calls, ``measure`` or ``race``.
        take: has the arguments of that fixture, and returns what is to be kept of them.
        limit: seconds that the body may take.

    Raises:
        KeyboardInterrupt: a person interrupted it.
    """
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    names, params = item._fixtureinfo.argnames, item.callspec.params
    if set(names) - params.keys() != {instrument}:
        return None
    kept: list[A] = []
    take.__qualname__ = instrument  # which Python names if a check calls it with other arguments

    def stand_in(*arguments: Any, **named: Any) -> None:
        kept.append(take(*arguments, **named))
        raise _Asked

    conditions = {name: value for name, value in params.items() if name in names}
    try:
        with guarded(limit):
            item.obj(**conditions, **{instrument: stand_in})
    except _Asked:
        return kept[0]
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return error
    return None
