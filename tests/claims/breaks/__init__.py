"""What claims rest on, broken: each break says what must come of which readings then.

A break is a function that spoils one thing; its name says what is so while it lasts.  What must
come of it was written down before it was run.  :mod:`tests.claims.broken_runs` runs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

import pytest

Breaking = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Break:
    """A claim, something that it rests on, broken, and what must come of its readings then.

    Args:
        claim: its id.
        how: breaks it.
        outcomes: of readings, by their names; of a control, where it is what must notice.
        dear: whether it takes longer than most: a second or more.
    """

    claim: str
    how: Breaking
    outcomes: dict[str, str]
    dear: bool = False

    @property
    def name(self) -> str:
        """What it breaks of which claim, in words."""
        return f"{self.claim}: {self.how.__name__.strip('_').replace('_', ' ')}"


_TABLE: list[Break] = []


def changes(
    claim: str, outcomes: dict[str, str], *, dear: bool = False
) -> Callable[[Breaking], Breaking]:
    """The function below breaks what a claim rests on, and these readings must come out so."""

    def note(how: Breaking) -> Breaking:
        _TABLE.append(Break(claim, how, outcomes, dear))
        return how

    return note


def table() -> dict[str, Break]:
    """Every break by its name."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    found = {each.name: each for each in _TABLE}
    assert len(found) == len(_TABLE), "two breaks have one name"
    return found
