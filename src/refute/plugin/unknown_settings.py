"""Words for a setting that an experiment, a network or another dataclass does not have.

Python's own line names the mistyped setting alone.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from types import ModuleType
from typing import Any

_UNKNOWN = re.compile(r"(?:\S+\.)?(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")


def name_settings(error: BaseException) -> None:
    """Name the settings that a mistyped one may stand for, in an error that was raised for it.

    The settings of what a setting is by default count as well: quantities pass what their
    experiment does not have on to its network.  Any other error stays as it is.
    """
    if type(error) is not TypeError or [type(said) for said in error.args] != [str]:
        return
    found = _UNKNOWN.match(error.args[0])
    described = None if found is None else _dataclass(error, found[1])
    if found is None or described is None:
        return
    name, unknown = found.groups()
    own, inner = [field.name for field in fields(described) if field.init], _inner(described)
    if close := get_close_matches(unknown, [*own, *inner], n=3, cutoff=0.7):
        shown = [f"{each}{'' if each in own else f' (of its {inner[each]})'}" for each in close]
        error.args = (f"{name} has no setting {unknown}: do you mean {' or '.join(shown)}?",)
    else:
        error.args = (f"{name} has no setting {unknown}: it has {', '.join(own)}",)


def _dataclass(error: BaseException, name: str) -> Any:
    """The dataclass of this name, as the code that was calling it knows it."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    for frame in reversed(frames):
        for known in (frame.f_locals, frame.f_globals):
            for kind in _types(known, name):
                if kind.__name__ == name and is_dataclass(kind):
                    return kind
    return None


def _types(known: dict[str, Any], name: str) -> Iterator[type]:
    """What is a type of this name, has such a type, or is a module that has one."""
    for value in known.values():
        if isinstance(value, ModuleType):
            value = vars(value).get(name)
        yield value if isinstance(value, type) else type(value)


def _inner(described: Any) -> dict[str, str]:
    """The settings of the dataclasses that are defaults, with the setting that each belongs to."""
    return {
        inner.name: outer.name
        for outer in fields(described)
        if is_dataclass(outer.default) and not isinstance(outer.default, type)
        for inner in fields(outer.default)
        if inner.init
    }
