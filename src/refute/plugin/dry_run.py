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
    item: pytest.Function, instrument: str, take: Callable[..., A], *, limit: float
) -> A | None:
    """What a check asks of its instrument; ``None`` if its body ends without asking.

    Args:
        item: the check under the conditions of one of its readings or controls.
        instrument: the fixture that it calls, ``measure`` or ``race``.
        take: has the arguments of that fixture, and returns what is to be kept of them.
        limit: seconds that the body may take.

    Raises:
        BaseException: anything that the body or ``take`` raises.
    """
    kept: list[A] = []
    take.__qualname__ = instrument  # which Python names if a check calls it with other arguments

    def stand_in(*arguments: Any, **named: Any) -> None:
        kept.append(take(*arguments, **named))
        raise _Asked

    conditions = {
        name: value
        for name, value in item.callspec.params.items()
        if name in item._fixtureinfo.argnames
    }
    try:
        with guarded(limit):
            item.obj(**conditions, **{instrument: stand_in})
    except _Asked:
        return kept[0]
    return None
