"""What measured claims will ask for first, known before any of them has its turn.

One claim at a time asks for a few dozen chunks; a cluster of a hundred workers would mostly wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from refute.decision import Region
from refute.engine import Engine
from refute.quantity import Quantity


class _Asked(Exception):
    """Ends the body of a check once it has said what it measures."""


def begin(items: Iterable[pytest.Item], engine: Engine, n: int) -> None:
    """Begin on the first ``n`` replicates of whatever these items measure, in their order.

    Raises:
        RunnerError: there is nobody left to compute anything.
    """
    for item in items:
        for quantity in _quantities(item):
            engine.begin(quantity, n)


def _quantities(item: pytest.Item) -> Iterator[Quantity]:
    """What a check measures; nothing, where only running it in its turn can tell."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return
    arguments = dict(item.callspec.params)
    if set(item._fixtureinfo.argnames) - arguments.keys() != {"measure"}:
        return
    asked: list[Quantity] = []

    def measure(quantity: Quantity, *, claimed: Region) -> None:
        asked.append(quantity)
        raise _Asked

    try:
        item.obj(
            **{name: arguments[name] for name in item._fixtureinfo.argnames if name != "measure"},
            measure=measure,
        )
    except _Asked:
        yield from asked
    except Exception:
        return  # it will break again, and be told of, in its turn
