"""What kinds of values the settings of a description may have, read from its annotations.

An annotation says the type of a setting.  ``Annotated[int, Limit(...)]`` also says which values of
it are meant; this module names the usual ones.  A whole number is a number too, as for mypy, but
``True`` is none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from inspect import get_annotations
from math import inf
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

Test = Callable[[Any], bool]


@dataclass(frozen=True)
class Limit:
    """Which values of a type are meant: the words of it, and the test."""

    words: str
    holds: Test


def among(names: Collection[str]) -> Limit:
    """Only these texts are meant."""
    return Limit(f"one of {', '.join(map(repr, names))}", names.__contains__)


def between(least: int, most: int) -> Limit:
    """Only numbers from ``least`` to ``most`` are meant."""
    return Limit(f"from {least} to {most}", lambda number: least <= number <= most)


Count = Annotated[int, Limit("at least 1", lambda number: number >= 1)]
Natural = Annotated[int, Limit("at least 0", lambda number: number >= 0)]
Positive = Annotated[float, Limit("above 0", lambda number: 0 < number < inf)]
NonNegative = Annotated[float, Limit("at least 0", lambda number: 0 <= number < inf)]
Share = Annotated[float, Limit("from 0 to 1", lambda number: 0 <= number <= 1)]
DropoutRate = Annotated[float, Limit("at least 0 and below 1", lambda number: 0 <= number < 1)]


class Kind(NamedTuple):
    """What an annotation accepts, in words and as a test."""

    words: str
    accepts: Test


@cache
def kinds_of(described: type) -> tuple[tuple[str, Kind], ...]:
    """The kind of each field of a dataclass, in order.

    A field whose annotation has names that its module does not know is left out.
    """
    kinds: dict[str, Kind] = {}
    for base in reversed(described.__mro__):
        with suppress(NameError):
            hints = get_annotations(base, eval_str=True)
            kinds |= {name: _kind(hint) for name, hint in hints.items()}
    names = [field.name for field in fields(described) if field.init]
    return tuple((name, kinds[name]) for name in names if name in kinds)


def _kind(hint: Any) -> Kind:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        kind = _kind(inner[0])
        for limit in inner[1:]:
            kind = _limited(kind, limit) if isinstance(limit, Limit) else kind
        return kind
    if origin is Literal:
        types = tuple({type(value) for value in inner})
        words = " or ".join(map(repr, inner))
        return Kind(words, lambda value: type(value) in types and value in inner)
    if origin in (Union, UnionType):
        kinds = [_kind(each) for each in inner]
        tests = [kind.accepts for kind in kinds]
        words = " or ".join(kind.words for kind in kinds)
        return Kind(words, lambda value: any(test(value) for test in tests))
    if origin is tuple:
        return _tuple(inner)
    plain = origin or hint
    if plain in _PLAIN:
        return _PLAIN[plain]
    if not isinstance(plain, type):
        return Kind("anything", lambda value: True)
    return Kind(plain.__name__, lambda value: isinstance(value, plain))


def _limited(kind: Kind, limit: Limit) -> Kind:
    words = limit.words if kind is _PLAIN[str] else f"{kind.words}, {limit.words}"
    accepts, holds = kind.accepts, limit.holds
    return Kind(words, lambda value: accepts(value) and holds(value))


def _tuple(inner: tuple[Any, ...]) -> Kind:
    if len(inner) == 2 and inner[1] is Ellipsis:
        words, accepts = _kind(inner[0])
        return Kind(
            f"a tuple, each item {words}",
            lambda value: isinstance(value, tuple) and all(map(accepts, value)),
        )
    kinds = [_kind(each) for each in inner]
    return Kind(
        f"a tuple ({'; '.join(kind.words for kind in kinds)})",
        lambda value: (
            isinstance(value, tuple)
            and len(value) == len(kinds)
            and all(kind.accepts(item) for kind, item in zip(kinds, value, strict=True))
        ),
    )


def _is_number(value: object) -> bool:
    return type(value) in (float, int) or (isinstance(value, Real) and not isinstance(value, bool))


def _is_whole(value: object) -> bool:
    return type(value) is int or (isinstance(value, Integral) and not isinstance(value, bool))


_PLAIN = {
    bool: Kind("True or False", lambda value: isinstance(value, bool)),
    int: Kind("a whole number", _is_whole),
    float: Kind("a number", _is_number),
    str: Kind("a text", lambda value: isinstance(value, str)),
    NoneType: Kind("None", lambda value: value is None),
    None: Kind("None", lambda value: value is None),
    Any: Kind("anything", lambda value: True),
}
