"""The state of reading a program: what was found so far, and the limits."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from refute.keys.code.places import Place
from refute.keys.code.values import (
    Event,
    Function,
    Made,
    Mapping,
    Scope,
    Sequence,
    Term,
    Value,
)

MAX_STEPS = 50_000
MAX_OBJECTS = 3_000
MAX_CALLS = 10_000
MAX_ITERATIONS = 500
MAX_EQUAL_TURNS = 64
"""The turns of a loop that are read one by one, if they create no objects."""

MAX_EQUAL_STEPS = 4_000
"""The steps after which the other turns of a loop are read as one, if they create no objects.

A loop within another one gets half as many.
"""

MAX_CALL_DEPTH = 20
MAX_LENGTH = 10_000
MAX_BITS = 1_024


class ProgramTooLarge(Exception):
    """The program exceeds one of the limits."""


class ReturnReached(Exception):
    """A ``return`` that is certainly reached."""

    def __init__(self, value: Value) -> None:
        self.value = value


class LoopLeft(Exception):
    """A ``break`` or ``continue`` that is certainly reached."""

    def __init__(self, ends_loop: bool) -> None:
        self.ends_loop = ends_loop


@dataclass
class Trace:
    """What a program does, as far as reading it tells.

    Attributes:
        made: the objects that it creates, in order.
        events: calls of objects and of their methods, in order.
        calls: calls of library functions, in order.
        comparisons: the comparisons that could not be computed.
        multiplied: lists that are multiplied, each with its factor.
        turns: the number of turns of each loop over a known range, by where it begins.
        iterated: what each ``for`` statement goes through, by where it begins.
        shown: the values of expressions that are statements, which a notebook may show.
        scope: the names of the module at its end.
        outputs: what each module of the program computes from an input.
        samples: what each dataset of the program gives for an index.
        hidden: where code runs or names change in a way that is not read, such as ``exec(text)``.
        has_uncalled: the program defines functions that it never calls.
        cut: the program exceeds a limit, so its end was not read.
    """

    made: list[Made] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    calls: list[Event] = field(default_factory=list)
    comparisons: list[Term] = field(default_factory=list)
    multiplied: list[tuple[Sequence, int]] = field(default_factory=list)
    turns: dict[Place, int] = field(default_factory=dict)
    iterated: dict[Place, list[Value]] = field(default_factory=lambda: defaultdict(list))
    shown: list[Value] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    outputs: dict[Made, Value] = field(default_factory=dict)
    samples: dict[Made, Value] = field(default_factory=dict)
    hidden: list[Place] = field(default_factory=list)
    has_uncalled: bool = False
    cut: bool = False


class State:
    """Where reading is: the steps taken, the enclosing loops and branches, and the trace so far."""

    def __init__(self) -> None:
        self.trace = Trace()
        self.block = 0
        self._steps = 0
        self._depth = 0
        self._uncertain = 0
        self._loops: list[Place] = []
        self._returned: list[list[Value]] = []  # of each function, what it perhaps returns
        self._replaced: dict[str, Value] = {}
        self._starred: list[str] = []  # the modules that all names are imported from
        self._followed: set[int] = set()  # the ids of the functions' nodes that were called

    @abstractmethod
    def statement(self, node: ast.stmt, scope: Scope) -> None:
        """Read a statement."""

    @abstractmethod
    def value(self, node: ast.expr, scope: Scope) -> Value:
        """Return the value of an expression."""

    @abstractmethod
    def call(
        self, callee: Value, args: tuple[Value, ...], kwargs: dict[str, Value], place: Place
    ) -> Value:
        """Return what a call returns."""

    @abstractmethod
    def _inlined(
        self, function: Function, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Value:
        """Return what a function of the program returns."""

    @abstractmethod
    def attribute(self, owner: Value, name: str) -> Value:
        """Return an attribute of a value."""

    @abstractmethod
    def set_attribute(self, owner: Value, name: str, value: Value, place: Place) -> None:
        """Assign an attribute of a value."""

    @abstractmethod
    def _perhaps_set(self, before: Value, value: Value) -> Value:
        """Return what a setting is after an assignment that may not be reached."""

    @abstractmethod
    def body(self, nodes: list[ast.stmt], scope: Scope) -> None:
        """Read statements in order."""

    @abstractmethod
    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Bind the target of an assignment."""

    @abstractmethod
    def items(self, nodes: list[ast.expr], scope: Scope) -> Sequence:
        """Return the values of several expressions, with starred ones unpacked."""

    def step(self) -> None:
        """Count a step.

        Raises:
            ProgramTooLarge: there were too many steps.
        """
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise ProgramTooLarge

    @contextmanager
    def _unsure(self) -> Iterator[None]:
        """Read what may not be reached."""
        self._uncertain += 1
        try:
            yield
        finally:
            self._uncertain -= 1

    def elements(self, value: Value) -> list[Value] | None:
        """Return what a loop over a value yields, or ``None`` if that is unknown."""
        if isinstance(value, Sequence):
            return (
                list(value.items) if value.complete and len(value.items) <= MAX_ITERATIONS else None
            )
        if isinstance(value, Mapping):
            return list(value.items) if value.complete else None
        if isinstance(value, tuple):
            return list(value)
        if isinstance(value, Made) and isinstance(value.attributes.get("layers"), Sequence):
            return self.elements(value.attributes["layers"])
        return None

    def _extend(self, items: Sequence, added: Value) -> None:
        if self._uncertain:
            items.complete = False
        if len(items.items) > MAX_LENGTH:
            raise ProgramTooLarge
        if isinstance(added, Sequence):
            items.items += added.items
            items.complete &= added.complete
        elif isinstance(added, tuple):
            items.items += added
        else:
            items.complete = False

    def mark_escaped(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> None:
        """Note that the arguments are passed to code that is not followed and may change them."""
        for value in (*args, *kwargs.values()):
            if isinstance(value, Made):
                value.escaped = True
            elif isinstance(value, Sequence):
                value.complete = False
                self.mark_escaped(tuple(value.items), {})

    def record(
        self,
        events: list[Event],
        receiver: Value,
        name: str,
        args: tuple[Value, ...],
        kwargs: dict[str, Value],
        place: Place,
        result: Value = None,
    ) -> None:
        """Append a call to the events, or to the calls of library functions.

        Raises:
            ProgramTooLarge: there were too many calls.
        """
        loops = tuple(self._loops)
        event = Event(
            receiver,
            name,
            args,
            dict(kwargs),
            place,
            self.block,
            loops,
            certain=not self._uncertain,
            result=result,
            order=len(self.trace.events) + len(self.trace.calls),
        )
        events.append(event)
        if len(events) > MAX_CALLS:
            raise ProgramTooLarge
