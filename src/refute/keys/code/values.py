"""What the names of a program stand for, as far as reading it can tell.

A value is a Python constant, a tuple of values, or an instance of a class in this module.
Anything that depends on something outside the program is a :class:`Term`, an operation on values,
or :class:`Unknown`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from refute.keys.code.places import NOWHERE, Place

Value = Any
"""A constant (``None``, bool, number, text), a tuple of values, or an instance of a class below."""

CONSTANTS = (type(None), bool, int, float, complex, str, bytes)


@dataclass(frozen=True)
class Unknown:
    """A value that cannot be known, and what it is."""

    why: str


@dataclass(frozen=True)
class Argument(Unknown):
    """An argument that no call in the program gives: the same value throughout its function."""


@dataclass(frozen=True)
class Element(Unknown):
    """What a loop gets from something unknown, such as a batch, or a part of it.

    ``path`` are the places in the tuples that it is unpacked from, outermost first.
    """

    of: Value
    path: tuple[int, ...] = ()


@dataclass(frozen=True)
class Name:
    """Something in a library, by its canonical dotted name: ``keras.layers.Dense``."""

    dotted: str


@dataclass(frozen=True)
class Free:
    """A name that the program uses but never defines, as in an excerpt."""

    name: str


@dataclass(eq=False)
class Sequence:
    """A list; ``complete`` unless something unknown may have been added."""

    items: list[Value]
    complete: bool = True
    place: Place = NOWHERE


@dataclass(eq=False)
class Mapping:
    """A dictionary with known keys; ``complete`` unless it may have others."""

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
    """A class of the program.

    ``fields`` are the names that a dataclass or a named tuple annotates itself, else there are
    none.
    """

    name: str
    place: Place
    bases: tuple[Value, ...]
    members: dict[str, Value]
    fields: tuple[str, ...] = ()

    def names(self) -> Iterator[str]:
        """Yield the canonical names of the library classes that it extends."""
        for base in self.bases:
            if isinstance(base, Name):
                yield base.dotted
            elif isinstance(base, Class):
                yield from base.names()

    def lineage(self) -> Iterator[Class]:
        """Yield the class, then the classes of the program that it extends."""
        yield self
        for base in self.bases:
            if isinstance(base, Class):
                yield from base.lineage()

    def resolved(self) -> list[Class]:
        """Return the classes of the program in which its members are looked for, in order."""
        lineage = list(self.lineage())
        return [cls for at, cls in enumerate(lineage) if cls not in lineage[at + 1 :]]

    def all_fields(self) -> tuple[str, ...]:
        """Return the fields that an instance is created with, those of its bases first."""
        inherited = (base.all_fields() for base in self.bases if isinstance(base, Class))
        names = [name for fields in (*inherited, self.fields) for name in fields]
        return tuple(dict.fromkeys(names))

    def member(self, name: str) -> Value | None:
        """Return a member of the class or of its bases in the program, else ``None``."""
        found = (cls.members[name] for cls in self.resolved() if name in cls.members)
        return next((member for member in found if member is not None), None)


@dataclass(frozen=True)
class Partial:
    """A ``functools.partial``: a callee and the arguments bound to it."""

    callee: Value
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, eq=False)
class Super:
    """What ``super()`` is in a method: an object, seen as an instance of what its class extends.

    ``cls`` is the class that defines the method.
    """

    of: Value
    cls: Class

    def member(self, name: str) -> Value | None:
        """Return a member of the classes of the program behind ``cls``, else ``None``."""
        own = self.of.callee if isinstance(self.of, Made) else self.of
        behind = own.resolved() if isinstance(own, Class) else []
        if self.cls in behind:
            behind = behind[behind.index(self.cls) + 1 :]
        return next((cls.members[name] for cls in behind if name in cls.members), None)


PLAIN = (Name("object"), Name("abc.ABC"), Name("typing.NamedTuple"))
"""Bases that add nothing to what a class of the program does itself."""


class Called:
    """What a call leaves: its arguments, by position and by name."""

    args: tuple[Value, ...]
    kwargs: dict[str, Value]

    def argument(self, name: str, index: int | None = None, default: Value = None) -> Value:
        """Return the argument with this name, or at this index if it was passed by position."""
        if name in self.kwargs:
            return self.kwargs[name]
        if index is not None and index < len(self.args):
            return self.args[index]
        if "**" in self.kwargs:
            return Unknown("arguments that are not written out")
        return default


@dataclass(eq=False)
class Made(Called):
    """An instance of a class of a library or of the program.

    Each call that creates one makes a distinct object.  ``escaped`` says that it was passed to code
    that is not followed.  ``attributes`` are those that the program sets, and ``loops`` where the
    loops begin that create it.
    """

    callee: Name | Class
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    place: Place
    block: int
    escaped: bool = False
    attributes: dict[str, Value] = field(default_factory=dict)
    loops: tuple[Place, ...] = ()

    @property
    def kind(self) -> str:
        """The name of its class: canonical for a library's class, its own for the program's."""
        return self.callee.name if isinstance(self.callee, Class) else self.callee.dotted

    def is_a(self, *names: str) -> bool:
        """Whether it is an instance of one of these library classes, or of a subclass."""
        if isinstance(self.callee, Name):
            is_module = _is_network(self.callee.dotted) and "torch.nn.Module" in names
            return self.callee.dotted in names or is_module
        return any(name in names for name in self.callee.names())

    def own(self, name: str) -> Value | None:
        """Return a member of its class, ``None`` if it has none or is a library's class."""
        return self.callee.member(name) if isinstance(self.callee, Class) else None

    def held(self) -> tuple[Value, ...]:
        """Return its arguments and attributes."""
        return (*self.args, *self.kwargs.values(), *self.attributes.values())


def _is_network(dotted: str) -> bool:
    """Whether a function of torchvision creates a network."""
    module, _, name = dotted.rpartition(".")
    return module == "torchvision.models" and name[:1].islower()


@dataclass(frozen=True, eq=False)
class Method:
    """An attribute of an object, which may be called."""

    owner: Value
    name: str


@dataclass(frozen=True, eq=False)
class Term:
    """A computed value: the operation (``"call"``, ``"/"``, ``"item"``, ...) and its operands."""

    operation: str
    operands: tuple[Value, ...]
    place: Place
    kwargs: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, eq=False)
class Event(Called):
    """A call, such as ``fit`` of a model.

    Attributes:
        receiver: the object called, or the one whose method is called.
        name: of the method or function; ``"()"`` if the object itself is called.
        place: where it begins.
        loops: where the enclosing loops begin, outermost first.
        certain: whether it is made under any values of the unknown conditions.
        result: what it returns.
        order: the number of calls before it.
    """

    receiver: Value
    name: str
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    place: Place
    block: int
    loops: tuple[Place, ...]
    certain: bool
    result: Value = None
    order: int = 0

    @property
    def line(self) -> int:
        return self.place.line


class Scope:
    """Names and their values; names of outer scopes are visible in inner ones.

    ``cls`` is the class whose body it is.
    """

    def __init__(self, outer: Scope | None = None) -> None:
        self.outer = outer
        self.cls: Class | None = None
        self.names: dict[str, Value] = {}

    def defining(self, name: str) -> Scope | None:
        """Return the innermost scope that has a name, or ``None``."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.outer
        return scope


def truth(value: Value) -> bool | None:
    """Return whether a condition with this value holds, ``None`` if that is unknown.

    It is unknown of lists and dictionaries, which the turns of a loop may fill.
    """
    if known(value):
        return bool(value)
    if isinstance(value, Name):
        name = value.dotted.rpartition(".")[2]
        return True if name[:1].isupper() and not name.isupper() else None  # it is a class
    return True if value and isinstance(value, Function | Class | Partial | tuple) else None


def is_decorated(value: Value, *names: str) -> bool:
    """Whether a value is a function of the program with one of these decorators."""
    if not isinstance(value, Function) or isinstance(value.node, ast.Lambda):
        return False
    return any(ast.unparse(d).rpartition(".")[2] in names for d in value.node.decorator_list)


NAMESPACES = ("types.SimpleNamespace", "argparse.Namespace")
"""Classes whose instances have the attributes that they are given by name."""


def has_settings(made: Made) -> bool:
    """Whether all attributes of an object are known: a namespace, or one of a plain class."""
    return made.kind in NAMESPACES or is_plain(made)


def settings(made: Made) -> dict[str, Value]:
    """Return the attributes of such an object, to read and to change."""
    return made.kwargs if made.kind in NAMESPACES else made.attributes


def is_plain(value: Value) -> bool:
    """Whether an object's class is the program's own and extends no other than such classes."""
    if not isinstance(value, Made) or not isinstance(value.callee, Class):
        return False
    bases = [base for cls in value.callee.lineage() for base in cls.bases]
    return all(isinstance(base, Class) or base in PLAIN for base in bases)


def walk(value: Value, seen: set[int] | None = None) -> Iterator[Value]:
    """Yield a value and everything it was computed from, except values whose id is in ``seen``.

    The ids of these values are added to it.
    """
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
            waiting.append(value.owner)
        elif isinstance(value, tuple):
            waiting += value


def objects_in(*values: Value) -> Iterator[Made]:
    """Yield objects, and all objects that they hold as arguments or attributes."""
    waiting, seen = list(values), set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, Made) and id(part) not in seen:
            seen.add(id(part))
            yield part
            waiting += walk(part.held())


def callee(value: Value) -> Value:
    """Return what a value is the result of calling, ``None`` if it is not the result of a call."""
    called = isinstance(value, Term) and value.operation == "call"
    return value.operands[0] if called else None


def alike(a: Value, b: Value, depth: int = 8) -> bool:
    """Whether two values are the same, or computed in the same way from the same values."""
    if a is b:
        return True
    if isinstance(a, Term) and isinstance(b, Term) and depth:
        same = a.operation == b.operation and alike(a.operands, b.operands, depth - 1)
        return same and alike(a.kwargs, b.kwargs, depth - 1)
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b) and depth:
        return all(alike(x, y, depth - 1) for x, y in zip(a, b, strict=True))
    if isinstance(a, Method) and isinstance(b, Method):
        return a.name == b.name and alike(a.owner, b.owner, depth - 1)
    if isinstance(a, Name | Free) or known(a):
        return type(a) is type(b) and a == b
    return False


def members(value: Value) -> tuple[Value, ...] | None:
    """Return what a tuple, or a list that is known as a whole, holds; ``None`` for other values."""
    if isinstance(value, Sequence) and value.complete:
        return tuple(value.items)
    return value if isinstance(value, tuple) else None


def known(value: Value) -> bool:
    """Whether a value is a constant or a tuple of constants."""
    if isinstance(value, tuple):
        return all(map(known, value))
    return isinstance(value, CONSTANTS)
