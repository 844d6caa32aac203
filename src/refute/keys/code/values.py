"""What names of a program stand for, as far as reading it can tell.

A value is a Python constant, a tuple of values, or one of the classes here.  What depends on
anything outside the program is a :class:`Term` (an operation on values) or :class:`Unknown`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Value = Any
"""A constant (``None``, bool, number, text), a tuple of values, or a class of this module."""

CONSTANTS = (type(None), bool, int, float, complex, str, bytes)


@dataclass(frozen=True)
class Unknown:
    """A value that reading cannot tell, and why."""

    why: str


@dataclass(frozen=True)
class Name:
    """Something of a library, by its canonical dotted name: ``keras.layers.Dense``."""

    dotted: str


@dataclass(frozen=True)
class Free:
    """A name that the program uses and never defines, as an excerpt does."""

    name: str


@dataclass(eq=False)
class Sequence:
    """A list; ``complete`` unless something unknown may have been added to it."""

    items: list[Value]
    complete: bool = True
    line: int = 0


@dataclass(eq=False)
class Mapping:
    """A dictionary with known keys."""

    items: dict[Any, Value]
    complete: bool = True


@dataclass(eq=False)
class Function:
    """A function of the program, with the scope that it was defined in."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope


@dataclass(eq=False)
class Class:
    """A class of the program."""

    name: str
    line: int
    bases: tuple[Value, ...]
    members: dict[str, Value]

    def names(self) -> Iterator[str]:
        """The canonical names of the library classes that it extends."""
        for base in self.bases:
            if isinstance(base, Name):
                yield base.dotted
            elif isinstance(base, Class):
                yield from base.names()

    def member(self, name: str) -> Value | None:
        """A member of the class or of its bases in the program."""
        if name in self.members:
            return self.members[name]
        found = (base.member(name) for base in self.bases if isinstance(base, Class))
        return next((member for member in found if member is not None), None)


@dataclass(frozen=True)
class Partial:
    """``functools.partial``: a callee with arguments that a call adds to."""

    callee: Value
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]


@dataclass(eq=False)
class Made:
    """An object that a call made, of a library's class or of one of the program's.

    It is a binding, not a name: two calls make two.  ``escaped`` says that it was handed to
    something that reading does not follow; ``attributes`` are what the program stored on it.
    """

    callee: Name | Class
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    line: int
    block: int
    escaped: bool = False
    attributes: dict[str, Value] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The last part of the class's canonical name; of a class of the program, its own."""
        return self.callee.name if isinstance(self.callee, Class) else self.callee.dotted

    def is_a(self, *names: str) -> bool:
        """Whether it is of one of these library classes, or of a class that extends one."""
        if isinstance(self.callee, Name):
            return self.callee.dotted in names
        return any(name in names for name in self.callee.names())


@dataclass(frozen=True, eq=False)
class Method:
    """An attribute of an object, as something to call."""

    of: Value
    name: str


@dataclass(frozen=True, eq=False)
class Term:
    """A computed value: what was done (``"call"``, ``"/"``, ``"item"``, ...) and to what."""

    what: str
    operands: tuple[Value, ...]
    line: int
    kwargs: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, eq=False)
class Event:
    """A call that something of the program received: ``fit`` of a model, ``append`` of a list."""

    of: Value
    name: str
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    line: int
    block: int
    loops: tuple[int, ...]
    certain: bool
    result: Value = None

    def argument(self, name: str, place: int | None = None, default: Value = None) -> Value:
        """An argument by its name, or by its place where it was given so."""
        if name in self.kwargs:
            return self.kwargs[name]
        if place is not None and place < len(self.args):
            return self.args[place]
        if "**" in self.kwargs:
            return Unknown("arguments that are not written out")
        return default


class Scope:
    """Names with their values; an inner scope sees the outer ones."""

    def __init__(self, outer: Scope | None = None) -> None:
        self.outer = outer
        self.names: dict[str, Value] = {}

    def get(self, name: str) -> Value | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def has(self, name: str) -> bool:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True
            scope = scope.outer
        return False


def walk(value: Value, seen: set[int] | None = None) -> Iterator[Value]:
    """Every value that one was computed from, itself first; what was ``seen`` is left out."""
    waiting: list[Value] = [value]
    seen = set() if seen is None else seen
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        yield value
        if isinstance(value, Term):
            waiting += [*value.operands, *(operand for _, operand in value.kwargs)]
        elif isinstance(value, Sequence):
            waiting += value.items
        elif isinstance(value, Mapping):
            waiting += value.items.values()
        elif isinstance(value, Method):
            waiting.append(value.of)
        elif isinstance(value, tuple):
            waiting += value


def alike(one: Value, other: Value, depth: int = 8) -> bool:
    """Whether two values are one, or were computed in one way from the same."""
    if one is other:
        return True
    if isinstance(one, Term) and isinstance(other, Term) and depth:
        return one.what == other.what and alike(one.operands, other.operands, depth - 1)
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other) and depth:
        return all(alike(a, b, depth - 1) for a, b in zip(one, other, strict=True))
    if isinstance(one, Method) and isinstance(other, Method):
        return one.name == other.name and alike(one.of, other.of, depth - 1)
    if isinstance(one, Name | Free) or known(one):
        return type(one) is type(other) and one == other
    return False


def known(value: Value) -> bool:
    """Whether a value is a constant, or a tuple of such."""
    if isinstance(value, tuple):
        return all(map(known, value))
    return isinstance(value, CONSTANTS)
