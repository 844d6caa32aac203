"""Code that hides in texts, and names that are set by a computed name.

``exec`` and ``eval`` of a text that is known are read like any other code, and ``setattr`` with a
known name like an assignment.  Everything else that may run code or change names unseen is recorded
in :attr:`~.state.Trace.hidden`, so that rules do not judge what they cannot see.
"""

from __future__ import annotations

import ast
from contextlib import suppress

from refute.keys.code.places import Place, place_of
from refute.keys.code.state import MAX_CALL_DEPTH, MAX_LENGTH, LoopLeft, ReturnReached, State
from refute.keys.code.values import (
    Class,
    Made,
    Mapping,
    Name,
    Scope,
    Unknown,
    Value,
    has_settings,
    known,
    settings,
    walk,
)

_NAMESPACES = ("globals", "locals", "vars")
_SPECIAL_ATTRIBUTES = ("__dict__", "__setattr__", "__delattr__")
_LIBRARY_BASES = ("keras.", "torch.")


class Hiding(State):
    """Reads built-in functions that run texts or change names."""

    def hidden_call(
        self, callee: Name, args: tuple[Value, ...], plain: bool, node: ast.Call, scope: Scope
    ) -> Value:
        """Return what a built-in function of this kind returns, or ``NotImplemented``.

        ``plain`` says that the call has no arguments other than ``args``.
        """
        name, place = callee.dotted.removeprefix("builtins."), place_of(node)
        if name in ("exec", "eval"):
            known_text = plain and len(args) == 1 and isinstance(args[0], str)
            return self._run(args[0] if known_text else None, name, place, scope)
        if name in _NAMESPACES and not args:
            self._hide(place, renames=True)
        elif name == "vars" and isinstance(args[0], Made) and has_settings(args[0]):
            return Mapping(settings(args[0]))  # the same dictionary: what is set there is set here
        elif name in _NAMESPACES:
            self._forget_attributes(args[0])
        elif name == "setattr" and len(args) == 3:
            self._set_by_name(args[0], args[1], args[2], place)
            return None
        elif name == "delattr" and args:
            self._set_by_name(args[0], Unknown("a name"), None, place)
            return None
        return NotImplemented

    def hidden_attribute(self, name: str, place: Place) -> None:
        """Record the use of an attribute by which others are changed unseen."""
        if name in _SPECIAL_ATTRIBUTES:
            self._hide(place)

    def _run(self, text: str | None, name: str, place: Place, scope: Scope) -> Value:
        """Read a text that is executed or evaluated; at a deeper level, ``exec`` sets no names."""
        tree = None if text is None else _parsed(text, name, place)
        within = name == "exec" and scope.outer is not None
        if tree is None or within or self._depth >= MAX_CALL_DEPTH:
            self._hide(place, renames=name == "exec")
            return Unknown("the value of a text that is evaluated")
        self._depth += 1
        try:
            if isinstance(tree, ast.Expression):
                return self.value(tree.body, scope)
            with suppress(ReturnReached, LoopLeft):
                self.body(tree.body, scope)
            return None
        finally:
            self._depth -= 1

    def _set_by_name(self, owner: Value, name: Value, value: Value, place: Place) -> None:
        if isinstance(name, str):
            self.set_attribute(owner, name, value, place)
            if any(isinstance(part, Name) and part.dotted == "sys.modules" for part in walk(owner)):
                self._hide(place, renames=True)
        elif isinstance(owner, Made) and _is_of_program_alone(owner):
            self._forget_attributes(owner)
        else:
            self.mark_escaped((owner,), {})
            self._hide(place)

    def _forget_attributes(self, owner: Value) -> None:
        if isinstance(owner, Made):
            owner.escaped = True
            owner.attributes.clear()

    def _hide(self, place: Place, renames: bool = False) -> None:
        """Record a hidden place; if it may rename, no constant of the module is known any more."""
        self.trace.hidden.append(place)
        names = self.trace.scope.names
        for name in [name for name, value in names.items() if renames and known(value)]:
            names[name] = Unknown("a name that may have been set unseen")


def _is_of_program_alone(made: Made) -> bool:
    """Whether an object's class is the program's, and extends no class of Keras or torch."""
    if not isinstance(made.callee, Class):
        return False
    return not any(name.startswith(_LIBRARY_BASES) for name in made.callee.names())


def _parsed(text: str, name: str, place: Place) -> ast.Module | ast.Expression | None:
    """The tree of a text, all of it at one place; ``None`` if it is not code."""
    if len(text) > MAX_LENGTH:
        return None
    try:
        tree = ast.parse(text.strip(), mode="exec") if name == "exec" else _expression(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.stmt):
            node.lineno, node.col_offset = place.line, place.column - 1
            node.end_lineno, node.end_col_offset = None, None
            if place.end is not None:
                node.end_lineno, node.end_col_offset = place.end[0], place.end[1] - 1
    return tree


def _expression(text: str) -> ast.Expression:
    return ast.parse(text.strip(), mode="eval")
