"""Expressions: arithmetic on literals is computed, everything else is kept as it was written."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable
from typing import Any

from refute.keys.code.calls import Calls, bound
from refute.keys.code.creating import STACKS
from refute.keys.code.imports import canonical, starred
from refute.keys.code.places import Place, place_of
from refute.keys.code.state import MAX_BITS, MAX_ITERATIONS, MAX_LENGTH
from refute.keys.code.values import (
    NAMESPACES,
    Class,
    Element,
    Free,
    Function,
    Made,
    Mapping,
    Method,
    Name,
    Scope,
    Sequence,
    Super,
    Term,
    Unknown,
    Value,
    is_decorated,
    is_plain,
    known,
    truth,
)

_USUAL = {
    "np": "numpy", "nn": "torch.nn", "F": "torch.nn.functional", "tf": "tensorflow",
    "plt": "matplotlib.pyplot", "pd": "pandas",
}  # fmt: skip
"""The usual abbreviations, for excerpts that do not import what they use."""

_LIBRARIES = {"keras", "tensorflow", "torch", "numpy", "sklearn", "functools", "torchvision"}

_ARGUMENTS = {"rate": 0, "units": 0, "in_features": 0, "out_features": 1, "in_channels": 0,
              "out_channels": 1, "num_features": 0}  # fmt: skip
"""Arguments that layers keep as attributes, with their positions."""

_OPERATORS: dict[type[ast.AST], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}


class Expressions(Calls):
    """Reads expressions."""

    def value(self, node: ast.expr, scope: Scope) -> Value:
        self.step()
        read = getattr(self, f"_value_{type(node).__name__}", None)
        if read is not None:
            return read(node, scope)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child, scope)
        return Unknown(f"a {type(node).__name__}")

    def _value_Constant(self, node: ast.Constant, scope: Scope) -> Value:  # noqa: N802
        return node.value if node.value is not ... else Unknown("an ellipsis")

    def _value_Name(self, node: ast.Name, scope: Scope) -> Value:  # noqa: N802
        if (defining := scope.defining(node.id)) is not None:
            return defining.names[node.id]
        if (dotted := starred(node.id, self._starred)) is not None:
            return Name(dotted)
        if node.id in _USUAL or node.id in _LIBRARIES or hasattr(builtins, node.id):
            return Name(_USUAL.get(node.id, node.id))
        return Free(node.id)

    def _value_Tuple(self, node: ast.Tuple, scope: Scope) -> Value:  # noqa: N802
        items = self.items(node.elts, scope)
        if items.complete:
            return tuple(items.items)
        parts = [part.value if isinstance(part, ast.Starred) else part for part in node.elts]
        return Term("tuple", tuple(self.value(part, scope) for part in parts), place_of(node))

    def _value_List(self, node: ast.List, scope: Scope) -> Value:  # noqa: N802
        items = self.items(node.elts, scope)
        items.place = place_of(node)
        return items

    _value_Set = _value_List  # noqa: N815 (ast's name)

    def items(self, nodes: list[ast.expr], scope: Scope) -> Sequence:
        items = Sequence([])
        for node in nodes:
            if isinstance(node, ast.Starred):
                self._extend(items, self.value(node.value, scope))
            else:
                items.items.append(self.value(node, scope))
        return items

    def _value_Dict(self, node: ast.Dict, scope: Scope) -> Value:  # noqa: N802
        mapping = Mapping({})
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.value(item, scope)
            if key is None:
                if isinstance(value, Mapping):
                    mapping.items |= value.items
                    mapping.complete &= value.complete
                else:
                    mapping.complete = False
                continue
            name = self.value(key, scope)
            if known(name):
                mapping.items[name] = value
            else:
                mapping.complete = False
        return mapping

    def _value_JoinedStr(self, node: ast.JoinedStr, scope: Scope) -> Value:  # noqa: N802
        parts: list[Value] = []
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            value = self.value(inner, scope)
            is_text = known(value) and not (
                isinstance(part, ast.FormattedValue) and part.format_spec
            )
            if is_text and parts and isinstance(parts[-1], str):
                parts[-1] += str(value)
            else:
                parts.append(str(value) if is_text else Unknown("a formatted text"))
        if all(isinstance(part, str) for part in parts):
            return "".join(parts)
        return Term("text", tuple(parts), place_of(node))

    def _value_Lambda(self, node: ast.Lambda, scope: Scope) -> Value:  # noqa: N802
        return Function("lambda", node, scope)

    def _value_IfExp(self, node: ast.IfExp, scope: Scope) -> Value:  # noqa: N802
        holds = truth(self.value(node.test, scope))
        if holds is not None:
            return self.value(node.body if holds else node.orelse, scope)
        return merged([self.value(node.body, scope), self.value(node.orelse, scope)])

    def _value_NamedExpr(self, node: ast.NamedExpr, scope: Scope) -> Value:  # noqa: N802
        value = self.value(node.value, scope)
        self.assign(node.target, value, scope)
        return value

    def _value_UnaryOp(self, node: ast.UnaryOp, scope: Scope) -> Value:  # noqa: N802
        value = self.value(node.operand, scope)
        holds = truth(value) if isinstance(node.op, ast.Not) else None
        if holds is not None:
            return not holds
        plain = known(value) and not isinstance(value, tuple | str | bytes | None)
        if plain and isinstance(node.op, ast.USub):
            return -value
        return Term("-" if isinstance(node.op, ast.USub) else "not", (value,), place_of(node))

    def _value_BoolOp(self, node: ast.BoolOp, scope: Scope) -> Value:  # noqa: N802
        values = [self.value(value, scope) for value in node.values]
        is_and = isinstance(node.op, ast.And)
        if all(truth(value) is not None for value in values):
            return next((value for value in values if truth(value) != is_and), values[-1])
        return Unknown("a condition")

    def _value_BinOp(self, node: ast.BinOp, scope: Scope) -> Value:  # noqa: N802
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        return self._operate(node.op, left, right, place_of(node))

    def _value_Compare(self, node: ast.Compare, scope: Scope) -> Value:  # noqa: N802
        left = self.value(node.left, scope)
        rights = [self.value(right, scope) for right in node.comparators]
        if len(rights) == 1 and isinstance(left, Name | Class):
            same = _is_same_class(left, rights[0])
            if same is not None and isinstance(node.ops[0], ast.Eq | ast.Is | ast.In):
                return same
            if same is not None and isinstance(node.ops[0], ast.NotEq | ast.IsNot):
                return not same
        if isinstance(node.ops[0], ast.Is | ast.IsNot) and rights == [None] and _exists(left):
            return isinstance(node.ops[0], ast.Is) == (left is None)
        if len(rights) > 1 or type(node.ops[0]) not in _OPERATORS:
            return Unknown("a comparison")
        result = self._operate(node.ops[0], left, rights[0], place_of(node))
        if isinstance(result, Term):
            self.trace.comparisons.append(result)
        return result

    def _operate(self, op: ast.AST, left: Value, right: Value, place: Place) -> Value:
        sign, compute = _OPERATORS.get(type(op), ("?", None))
        if sign == "*" and isinstance(left, int):
            left, right = right, left
        if sign == "*" and isinstance(left, Sequence):
            return self._times(left, right)
        if _is_large(left) or _is_large(right):
            return Unknown("a large constant")
        if sign == "+" and isinstance(left, Sequence) and isinstance(right, Sequence):
            return Sequence([*left.items, *right.items], left.complete and right.complete, place)
        if isinstance(op, ast.BitOr) and isinstance(left, Mapping) and isinstance(right, Mapping):
            return Mapping(left.items | right.items, left.complete and right.complete)
        if sign == "+" and isinstance(left, tuple) and isinstance(right, tuple):
            return left + right
        if compute is not None and known(left) and known(right):
            return _computed(sign, compute, left, right)
        return Term(sign, (left, right), place)

    def _times(self, items: Sequence, count: Value) -> Value:
        if isinstance(count, int) and 0 <= count * len(items.items) <= MAX_ITERATIONS:
            self.trace.multiplied.append((items, count))
            return Sequence(items.items * count, items.complete, items.place)
        return Sequence(list(items.items), False, items.place)

    def _value_Attribute(self, node: ast.Attribute, scope: Scope) -> Value:  # noqa: N802
        owner = self.value(node.value, scope)
        if not isinstance(owner, Name) or isinstance(node.ctx, ast.Store):
            self.hidden_attribute(node.attr, place_of(node))
        return self.attribute(owner, node.attr)

    def attribute(self, owner: Value, name: str) -> Value:
        if isinstance(owner, Name):
            dotted = canonical(f"{owner.dotted}.{name}")
            return self._replaced.get(dotted, Name(dotted))
        if isinstance(owner, Made):
            value = _held(owner, name)
            if value is not None and not (known(value) and owner.escaped and is_plain(owner)):
                return value
            if name in owner.attributes and value is None:
                return None
            member = owner.own(name)
            if is_decorated(member, "property", "cached_property"):
                return self.call(member, (owner,), {}, owner.place)
            if member is not None:
                return (
                    Method(owner, name) if isinstance(member, Function) or known(member) else member
                )
            at = _ARGUMENTS.get(name)
            if at is not None and known(arg := owner.argument(name, at)) and arg is not None:
                return arg
        if isinstance(owner, Class | Super) and (member := owner.member(name)) is not None:
            return bound(member, owner.of if isinstance(owner, Super) else owner)
        return Method(owner, name)

    def set_attribute(self, owner: Value, name: str, value: Value, place: Place) -> None:
        if isinstance(owner, Made):
            before = _held(owner, name) if is_plain(owner) else None
            owner.attributes[name] = self._perhaps_set(before, value)
        elif isinstance(owner, Class):
            owner.members[name] = self._perhaps_set(owner.member(name), value)
        elif isinstance(owner, Name):  # the program replaces something in a library
            self._replaced[canonical(f"{owner.dotted}.{name}")] = value
        self.record(self.trace.events, owner, f"{name}=", (value,), {}, place)

    def _perhaps_set(self, before: Value, value: Value) -> Value:
        """What a setting is after an assignment that may not be reached: unknown if it differs."""
        both = before is not None and known(before) and known(value)
        return merged([before, value]) if self._uncertain and both and value != before else value

    def _value_Subscript(self, node: ast.Subscript, scope: Scope) -> Value:  # noqa: N802
        container = self.value(node.value, scope)
        index = self.value(node.slice, scope)
        if isinstance(container, Made) and container.is_a(*STACKS):
            part = self._item(container.attributes["layers"], index, place_of(node))
            if not isinstance(part, Sequence):
                return part
            return self._make(Name("torch.nn.Sequential"), tuple(part.items), {}, place_of(node))
        return self._item(container, index, place_of(node))

    def _item(self, container: Value, index: Value, place: Place) -> Value:
        if isinstance(container, Sequence) and not container.complete:
            return Unknown("an item of a list that is not known")
        items = container.items if isinstance(container, Sequence) else container
        if isinstance(items, list | tuple):
            if isinstance(index, int) and -len(items) <= index < len(items):
                return items[index]
            bounds = _slice_of(index)
            if bounds is not None:
                part = items[bounds]
                return part if isinstance(part, tuple) else Sequence(part, True, place)
        if isinstance(container, Mapping) and known(index) and index in container.items:
            return container.items[index]
        return Term("item", (container, index), place)

    def _value_Slice(self, node: ast.Slice, scope: Scope) -> Value:  # noqa: N802
        ends = [
            None if end is None else self.value(end, scope)
            for end in (node.lower, node.upper, node.step)
        ]
        return Term("slice", tuple(ends), place_of(node))

    def _value_ListComp(self, node: ast.ListComp, scope: Scope) -> Value:  # noqa: N802
        made = Sequence([], place=place_of(node))
        self._loops.append(place_of(node))
        try:
            self._comprehend(node.elt, node.generators, Scope(scope), made)
        finally:
            self._loops.pop()
        return made

    _value_GeneratorExp = _value_ListComp  # noqa: N815 (ast's name)
    _value_SetComp = _value_ListComp  # noqa: N815 (ast's name)

    def _value_DictComp(self, node: ast.DictComp, scope: Scope) -> Value:  # noqa: N802
        pairs = Sequence([])
        pair = ast.Tuple([node.key, node.value], ast.Load())
        self._comprehend(pair, node.generators, Scope(scope), pairs)
        mapping = Mapping({}, pairs.complete)
        for item in pairs.items:
            if isinstance(item, tuple) and known(item[0]):
                mapping.items[item[0]] = item[1]
            else:
                mapping.complete = False
        return mapping

    def _comprehend(
        self, element: ast.expr, loops: list[ast.comprehension], scope: Scope, into: Sequence
    ) -> None:
        if not loops:
            into.items.append(self.value(element, scope))
            return
        iterable = self.value(loops[0].iter, scope)
        elements = self.elements(iterable)
        if elements is None:
            into.complete = False
            elements = [Element("an element of an unknown iterable", iterable)]
        for value in elements:
            self.assign(loops[0].target, value, scope)
            conditions = [self.value(condition, scope) for condition in loops[0].ifs]
            if not all(map(known, conditions)):
                into.complete = False
            elif not all(conditions):
                continue
            self._comprehend(element, loops[1:], scope, into)


def _held(owner: Made, name: str) -> Value:
    """An attribute that an object has itself, or a constant of its class; ``None`` if neither."""
    if name in owner.attributes:
        return owner.attributes[name]
    if owner.kind in NAMESPACES:
        return owner.kwargs.get(name)
    member = owner.own(name)
    return member if known(member) else None


def _exists(value: Value) -> bool:
    """Whether it is known if a value is ``None``: it is a constant, or made by the program."""
    return known(value) or isinstance(value, Made | Sequence | Mapping | Function | Class)


def _is_same_class(left: Name | Class, right: Value) -> bool | None:
    """Whether a class is another one, or one of several; ``None`` if that is unknown."""
    classes = right.items if isinstance(right, Sequence) and right.complete else right
    others = list(classes) if isinstance(classes, tuple | list) else [classes]
    if not others or not all(isinstance(other, Name | Class) for other in others):
        return None
    return any(left is other or (isinstance(left, Name) and left == other) for other in others)


def merged(values: list[Value]) -> Value:
    """The value after two branches: theirs if it is the same, else unknown.

    It is the same if one branch only moves it to a device.
    """
    if values[0] is values[1]:
        return values[0]
    for value, other in (values, values[::-1]):
        moved = isinstance(value, Term) and value.operation == "method"
        if moved and value.operands[1] in ("to", "cuda") and value.operands[0] is other:
            return value
    return Unknown("a choice that depends on a condition")


def _is_large(value: Value) -> bool:
    """Whether arithmetic on a value may take too long."""
    if isinstance(value, int):
        return value.bit_length() > MAX_BITS
    size = value.items if isinstance(value, Sequence) else value
    return isinstance(size, str | bytes | tuple | list) and len(size) > MAX_LENGTH


def _computed(sign: str, compute: Callable[[Any, Any], Any], left: Value, right: Value) -> Value:
    repeats = sign == "*" and isinstance(left, str | bytes | tuple)
    if repeats and (not isinstance(right, int) or right * len(left) > MAX_LENGTH):
        return Unknown("a long constant")
    if sign == "%" and isinstance(left, str | bytes):
        return Unknown("a formatted text")
    try:
        return compute(left, right)
    except (TypeError, ValueError, ArithmeticError, OverflowError):
        return Unknown("an operation that fails")


def _slice_of(index: Value) -> slice | None:
    if not isinstance(index, Term) or index.operation != "slice":
        return None
    if all(end is None or type(end) is int for end in index.operands):
        return slice(*index.operands) if index.operands[2] != 0 else None
    return None
