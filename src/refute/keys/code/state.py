"""What a reader of programs has seen so far, and the bounds that it keeps to."""

from __future__ import annotations

import ast
from abc import abstractmethod
from dataclasses import dataclass, field

from refute.keys.code.values import (
    Event,
    Made,
    Mapping,
    Scope,
    Sequence,
    Term,
    Value,
)

MOST_STEPS = 50_000
MOST_OBJECTS = 3_000
MOST_TURNS = 500
DEEPEST_CALL = 20
LONGEST_CONSTANT = 10_000
LONGEST_NUMBER = 1_024


class TooMuch(Exception):
    """The program is larger than is read."""


class ReturnReached(Exception):
    """A ``return`` that is surely reached."""

    def __init__(self, value: Value) -> None:
        self.value = value


class LoopLeft(Exception):
    """A ``break`` or ``continue`` that is surely reached."""

    def __init__(self, ends_loop: bool) -> None:
        self.ends_loop = ends_loop


@dataclass
class Reading:
    """What reading a program found: objects and events in order; ``cut`` where it was too large."""

    made: list[Made] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    calls: list[Event] = field(default_factory=list)
    comparisons: list[Term] = field(default_factory=list)
    multiplied: list[tuple[Sequence, int]] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    outputs: dict[Made, Value] = field(default_factory=dict)
    cut: bool = False


class State:
    """The steps taken, the loops and branches that reading is in, and what it found."""

    def __init__(self) -> None:
        self.found = Reading()
        self.block = 0
        self._steps = 0
        self._depth = 0
        self._uncertain = 0
        self._loops: list[int] = []

    @abstractmethod
    def statement(self, node: ast.stmt, scope: Scope) -> None:
        """Read a statement."""

    @abstractmethod
    def value(self, node: ast.expr, scope: Scope) -> Value:
        """What an expression stands for."""

    @abstractmethod
    def body(self, nodes: list[ast.stmt], scope: Scope) -> None:
        """Read statements in order."""

    @abstractmethod
    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Bind what stands left of an equals sign."""

    @abstractmethod
    def items(self, nodes: list[ast.expr], scope: Scope) -> Sequence:
        """Expressions that are written one after the other, stars unpacked."""

    def step(self) -> None:
        """Count a step.

        Raises:
            TooMuch: there were too many.
        """
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooMuch

    def turns(self, value: Value) -> list[Value] | None:
        """What a loop over a value takes in turn; ``None`` where that is unknown."""
        if isinstance(value, Sequence):
            return list(value.items) if value.complete and len(value.items) <= MOST_TURNS else None
        if isinstance(value, Mapping):
            return list(value.items) if value.complete else None
        if isinstance(value, tuple):
            return list(value)
        if isinstance(value, Made) and isinstance(value.attributes.get("layers"), Sequence):
            return self.turns(value.attributes["layers"])
        return None

    def _extend(self, items: Sequence, added: Value) -> None:
        if self._uncertain:
            items.complete = False
        if len(items.items) > LONGEST_CONSTANT:
            raise TooMuch
        if isinstance(added, Sequence):
            items.items += added.items
            items.complete &= added.complete
        elif isinstance(added, tuple):
            items.items += added
        else:
            items.complete = False

    def _let_go(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> None:
        """Something that reading does not follow has these: it may do anything to them."""
        for value in (*args, *kwargs.values()):
            if isinstance(value, Made):
                value.escaped = True
            elif isinstance(value, Sequence):
                value.complete = False
                self._let_go(tuple(value.items), {})

    def note(
        self,
        kept: list[Event],
        of: Value,
        name: str,
        args: tuple[Value, ...],
        kwargs: dict[str, Value],
        line: int,
        result: Value = None,
    ) -> None:
        """Keep a call among the events, or among the calls of libraries.

        Raises:
            TooMuch: there were too many.
        """
        loops = tuple(self._loops)
        certain = not self._uncertain
        kept.append(Event(of, name, args, dict(kwargs), line, self.block, loops, certain, result))
        if len(kept) > MOST_OBJECTS:
            raise TooMuch
