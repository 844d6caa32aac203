"""Statements: assignments, branches, loops, definitions."""

from __future__ import annotations

import ast
from contextlib import suppress

from refute.keys.code.backbones import STAGE
from refute.keys.code.creating import STACKS
from refute.keys.code.expressions import Expressions, merged
from refute.keys.code.imports import canonical
from refute.keys.code.places import Place, place_of
from refute.keys.code.state import MAX_EQUAL_STEPS, MAX_EQUAL_TURNS, LoopLeft, ReturnReached
from refute.keys.code.values import (
    Class,
    Element,
    Function,
    Made,
    Mapping,
    Name,
    Scope,
    Sequence,
    Term,
    Unknown,
    Value,
    known,
    truth,
)

_WITH_FIELDS = (
    "dataclasses.dataclass", "typing.NamedTuple", "attrs.define", "attrs.frozen", "attr.define",
    "attr.dataclass", "pydantic.BaseModel",
)  # fmt: skip
"""What gives a class an ``__init__`` that sets each annotated name."""

_ELEMENT = "an element of an unknown iterable"


class Statements(Expressions):
    """Reads statements."""

    def statement(self, node: ast.stmt, scope: Scope) -> None:
        self.step()
        read = getattr(self, f"_{type(node).__name__}", None)
        if read is not None:
            read(node, scope)

    def body(self, nodes: list[ast.stmt], scope: Scope) -> None:
        for node in nodes:
            self.statement(node, scope)

    def _Import(self, node: ast.Import, scope: Scope) -> None:  # noqa: N802
        for alias in node.names:
            if alias.asname:
                scope.names[alias.asname] = Name(canonical(alias.name))
            else:
                root = alias.name.split(".")[0]
                scope.names[root] = Name(canonical(root))

    def _ImportFrom(self, node: ast.ImportFrom, scope: Scope) -> None:  # noqa: N802
        for alias in node.names:
            if alias.name == "*":
                self._starred.append(canonical(node.module or ""))
                continue
            dotted = f"{node.module or ''}.{alias.name}"
            scope.names[alias.asname or alias.name] = Name(canonical(dotted))

    def _Assign(self, node: ast.Assign, scope: Scope) -> None:  # noqa: N802
        value = self.value(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)

    def _AnnAssign(self, node: ast.AnnAssign, scope: Scope) -> None:  # noqa: N802
        if node.value is not None:
            self.assign(node.target, self.value(node.value, scope), scope)

    def _AugAssign(self, node: ast.AugAssign, scope: Scope) -> None:  # noqa: N802
        before = self.value(_loaded(node.target), scope)
        added = self.value(node.value, scope)
        if isinstance(before, Sequence) and isinstance(node.op, ast.Add):
            self._extend(before, added)
            return
        self.assign(node.target, self._operate(node.op, before, added, place_of(node)), scope)

    def _Expr(self, node: ast.Expr, scope: Scope) -> None:  # noqa: N802
        value = self.value(node.value, scope)
        if not isinstance(node.value, ast.Call):
            self.trace.shown.append(value)

    def _FunctionDef(self, node: ast.FunctionDef, scope: Scope) -> None:  # noqa: N802
        scope.names[node.name] = Function(node.name, node, scope)

    _AsyncFunctionDef = _FunctionDef

    def _ClassDef(self, node: ast.ClassDef, scope: Scope) -> None:  # noqa: N802
        inner = Scope(scope)
        self.body(node.body, inner)
        bases = tuple(self.value(base, scope) for base in node.bases)
        fields = _annotated(node) if self._has_fields(node, bases, scope) else ()
        made = Class(node.name, place_of(node), bases, inner.names, fields)
        inner.cls = scope.names[node.name] = made

    def _has_fields(self, node: ast.ClassDef, bases: tuple[Value, ...], scope: Scope) -> bool:
        """Whether instances of a class get what it annotates: a dataclass, or a named tuple."""
        decorators = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
        values = [*bases, *(self.value(decorator, scope) for decorator in decorators)]
        return any(isinstance(v, Name) and v.dotted in _WITH_FIELDS for v in values)

    def _Return(self, node: ast.Return, scope: Scope) -> None:  # noqa: N802
        raise ReturnReached(None if node.value is None else self.value(node.value, scope))

    def _Break(self, node: ast.Break, scope: Scope) -> None:  # noqa: N802
        raise LoopLeft(ends_loop=True)

    def _Continue(self, node: ast.Continue, scope: Scope) -> None:  # noqa: N802
        raise LoopLeft(ends_loop=False)

    def _Delete(self, node: ast.Delete, scope: Scope) -> None:  # noqa: N802
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.names.pop(target.id, None)

    def _With(self, node: ast.With, scope: Scope) -> None:  # noqa: N802
        for item in node.items:
            value = self.value(item.context_expr, scope)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value, scope)
        self.body(node.body, scope)

    _AsyncWith = _With

    def _Try(self, node: ast.Try, scope: Scope) -> None:  # noqa: N802
        self.body(node.body, scope)
        for handler in node.handlers:
            self._perhaps(handler.body, scope)
        self.body([*node.orelse, *node.finalbody], scope)

    def _If(self, node: ast.If, scope: Scope) -> None:  # noqa: N802
        holds = truth(self.value(node.test, scope))
        if _is_main_guard(node.test):
            self.body(node.body, scope)
        elif holds is not None:
            self.body(node.body if holds else node.orelse, scope)
        else:
            self._either(node.body, node.orelse, scope)

    def _For(self, node: ast.For, scope: Scope) -> None:  # noqa: N802
        iterable = self.value(node.iter, scope)
        self.trace.iterated[place_of(node)].append(iterable)
        elements = self.elements(iterable)
        self._loops.append(place_of(node))
        try:
            if elements is None:
                self.assign(node.target, Element(_ELEMENT, iterable), scope)
                self._perhaps(node.body, scope)
                return
            self.trace.turns[place_of(node)] = len(elements)
            begun, most = self._steps, MAX_EQUAL_STEPS >> (len(self._loops) - 1)
            for turn, value in enumerate(elements):
                made = len(self.trace.made)
                self.assign(node.target, value, scope)
                try:
                    self.body(node.body, scope)
                except LoopLeft as leave:
                    if leave.ends_loop:
                        return
                many = turn >= MAX_EQUAL_TURNS or self._steps - begun > most
                if many and made == len(self.trace.made) and turn:
                    self.assign(node.target, elements[-1], scope)
                    self._perhaps(node.body, scope)  # the others, which create nothing either
                    break
            self.body(node.orelse, scope)
        finally:
            self._loops.pop()

    _AsyncFor = _For

    def _While(self, node: ast.While, scope: Scope) -> None:  # noqa: N802
        self.value(node.test, scope)
        self._loops.append(place_of(node))
        try:
            self._perhaps(node.body, scope)
        finally:
            self._loops.pop()

    def _perhaps(self, body: list[ast.stmt], scope: Scope) -> None:
        """Read statements that may run any number of times; names they change become unknown."""
        self._either(body, [], scope)

    def _either(self, first: list[ast.stmt], second: list[ast.stmt], scope: Scope) -> None:
        before = dict(scope.names)
        with self._unsure():
            ends = [self._branch(body, scope, before) for body in (first, second)]
        names = {name for end in ends for name in end}
        for name in names:
            values = [end.get(name, before.get(name)) for end in ends]
            same = values[0] is values[1] or (all(map(known, values)) and values[0] == values[1])
            scope.names[name] = values[0] if same else merged(values)

    def _branch(
        self, body: list[ast.stmt], scope: Scope, before: dict[str, Value]
    ) -> dict[str, Value]:
        scope.names = dict(before)
        with suppress(LoopLeft):  # it may not be reached, so reading continues
            try:
                self.body(body, scope)
            except ReturnReached as end:
                if self._returned:
                    self._returned[-1].append(end.value)
        return scope.names

    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                scope.names[name] = value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for index, part in enumerate(parts):
                    self.assign(part, self._part(value, index, part, place_of(target)), scope)
            case ast.Starred(value=inner):
                self.assign(inner, Unknown("the rest of an unpacking"), scope)
            case ast.Attribute(value=object, attr=name):
                self.set_attribute(self.value(object, scope), name, value, place_of(target))
            case ast.Subscript(value=object, slice=key):
                owner = self.value(object, scope)
                index = self.value(key, scope)
                self._store(owner, index, value)

    def _store(self, owner: Value, index: Value, value: Value) -> None:
        if isinstance(owner, Mapping):
            if known(index):
                owner.items[index] = self._perhaps_set(owner.items.get(index), value)
            else:
                owner.complete = False
        elif isinstance(owner, Made) and isinstance(owner.attributes.get("layers"), Sequence):
            self._store(owner.attributes["layers"], index, value)
            if owner.is_a(*STACKS):
                self.record(self.trace.events, owner, "[]=", (value,), {}, owner.place)
        elif isinstance(owner, Made):
            owner.escaped |= owner.kind == STAGE
        elif isinstance(owner, Sequence):
            if isinstance(index, int) and -len(owner.items) <= index < len(owner.items):
                owner.items[index] = value
            else:
                owner.complete = False
        elif isinstance(owner, Term):
            self.record(self.trace.events, owner, "[]=", (value,), {}, owner.place)

    def _part(self, value: Value, index: int, part: ast.expr, place: Place) -> Value:
        if isinstance(part, ast.Starred):
            return Unknown("the rest of an unpacking")
        if isinstance(value, tuple):
            return value[index] if index < len(value) else Unknown("an unpacking that is too long")
        if isinstance(value, Sequence) and value.complete and index < len(value.items):
            return value.items[index]
        if isinstance(value, Element):
            return Element(value.why, value.of, (*value.path, index))
        if isinstance(value, Unknown):
            return value
        return Term("item", (value, index), place)


def _annotated(node: ast.ClassDef) -> tuple[str, ...]:
    """The names that the body of a class annotates, but those that are of the class itself."""
    return tuple(
        part.target.id
        for part in node.body
        if isinstance(part, ast.AnnAssign)
        and isinstance(part.target, ast.Name)
        and "ClassVar" not in ast.unparse(part.annotation)
    )


def _loaded(target: ast.expr) -> ast.expr:
    copy: ast.expr = ast.copy_location(type(target)(**dict(ast.iter_fields(target))), target)
    return copy


def _is_main_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
    )
