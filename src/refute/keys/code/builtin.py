"""Built-in functions of Python that reading computes."""

from __future__ import annotations

from collections.abc import Callable

from refute.keys.code.state import MOST_TURNS, State
from refute.keys.code.values import (
    Class,
    Made,
    Mapping,
    Name,
    Sequence,
    Unknown,
    Value,
)


def _range(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    if args and all(type(arg) is int for arg in args) and len(args) <= 3:
        try:
            numbers = range(*args)
        except ValueError:
            return Unknown("a range that fails")
        if len(numbers) <= MOST_TURNS:
            return Sequence(list(numbers))
    return Unknown("a range")


def _list(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    if not args:
        return Sequence([])
    turns = reader.turns(args[0])
    return NotImplemented if turns is None else Sequence(turns)


def _tuple(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    turns = reader.turns(args[0]) if args else []
    return NotImplemented if turns is None else tuple(turns)


def _dict(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    return Mapping(dict(kwargs), "**" not in kwargs) if not args else NotImplemented


def _enumerate(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    turns = reader.turns(args[0]) if args else None
    return NotImplemented if turns is None else Sequence(list(enumerate(turns)))


def _zip(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    turns = [reader.turns(arg) for arg in args]
    known_turns = [turn for turn in turns if turn is not None]
    if len(known_turns) < len(turns):
        return NotImplemented
    return Sequence(list(zip(*known_turns, strict=False)))


def _len(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    turns = reader.turns(args[0]) if args else None
    return NotImplemented if turns is None else len(turns)


def _isinstance(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    if len(args) != 2 or not isinstance(args[0], Made):
        return NotImplemented
    classes = args[1] if isinstance(args[1], tuple) else (args[1],)
    if not all(isinstance(one, Name | Class) for one in classes):
        return NotImplemented
    if any(one is args[0].callee for one in classes):
        return True
    return args[0].is_a(*(one.dotted for one in classes if isinstance(one, Name)))


BUILTINS: dict[str, Callable[[State, tuple[Value, ...], dict[str, Value]], Value]] = {
    "range": _range,
    "list": _list,
    "tuple": _tuple,
    "dict": _dict,
    "enumerate": _enumerate,
    "zip": _zip,
    "len": _len,
    "isinstance": _isinstance,
}

HARMLESS = {
    "print", "len", "isinstance", "type", "repr", "str", "int", "float", "sum", "max", "min",
    "abs", "round", "sorted", "reversed", "zip", "enumerate", "super", "getattr", "hasattr", "id",
}  # fmt: skip
"""Built-in functions that leave what they are given as it is."""
