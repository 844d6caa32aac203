"""The rule about networks in which everything is frozen, even the new head."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from refute.keys.code.facts import Facts
from refute.keys.code.models import is_keras_model
from refute.keys.code.places import Place, place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import (
    FUNCTIONS,
    bodies,
    called,
    calls,
    calls_one_of,
    functions,
    nodes,
    owner,
    reaching,
)
from refute.keys.code.values import Event, Made, objects_in


@rule(
    "code/everything-frozen",
    "all weights are frozen, including those of the new head",
    severity="error",
    fix="Freeze the base first, then add the head.",
)
def everything_frozen(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        setting = _frozen_whole(facts, fit)
        if setting is not None and not _is_freed(facts, setting, fit):
            yield Faulty(setting.place, "no weight of the model is trained")
    functions = _Functions(
        reaching(facts, _FREEING),
        reaching(facts, r"\.backward\("),
        frozenset(_freezing(facts)),
    )
    whole = next(bodies(facts))
    yield from _Networks(functions).follow(whole)
    if not facts.mentions(_FREEING):
        for body in _inner_bodies(facts):
            yield from _Networks(functions).follow(body)


_FREEING = (
    r"requires_grad(_\((?!False)| *=(?! *(False|=))|['\"])|trainable *=(?! *(False|=))|add_adapter"
    r"|\blora|\bpeft"
)


def _frozen_whole(facts: Facts, fit: Event) -> Event | None:
    """The setting that freezes all of a Keras model before it is compiled and fitted, if any."""
    if not is_keras_model(fit.receiver):
        return None
    before = [e for e in facts.events(fit.receiver, "trainable=", "compile") if e.order < fit.order]
    settings = [event for event in before if event.name == "trainable="]
    is_frozen = bool(settings) and settings[-1].args[0] is False
    compiled_since = is_frozen and before[-1].name == "compile"
    return settings[-1] if compiled_since else None


def _is_freed(facts: Facts, setting: Event, fit: Event) -> bool:
    """Whether a part of a model, or what may be one, is made trainable again before a fit."""
    parts = {id(part) for part in objects_in(fit.receiver)}
    return any(
        event.name == "trainable="
        and setting.order < event.order < fit.order
        and event.args[0] is not False
        and (not isinstance(event.receiver, Made) or id(event.receiver) in parts)
        for event in facts.trace.events
    )


def _inner_bodies(facts: Facts) -> Iterator[list[ast.stmt]]:
    """Yield the statements that follow each other in functions, branches and loops."""
    for node in nodes(facts, ast.stmt):
        if isinstance(node, (*FUNCTIONS, ast.If, ast.For, ast.While, ast.With, ast.Try)):
            yield node.body
        if isinstance(node, ast.If):
            yield node.orelse


@dataclass(frozen=True)
class _Functions:
    """The names of a program's functions that may free weights, train, or freeze a network."""

    freeing: frozenset[str]
    training: frozenset[str]
    freezing: frozenset[str]


def _freezing(facts: Facts) -> Iterator[str]:
    """Yield the functions that freeze, under no condition, all of their first argument."""
    for function in functions(facts):
        first = next((argument.arg for argument in function.args.args), None)
        if first is not None and first in map(_freezes, function.body):
            yield function.name


@dataclass
class _Networks:
    """The networks of a body, by the source of their names: new heads, and what is frozen."""

    functions: _Functions
    heads: dict[str, Place] = field(default_factory=dict)
    frozen: dict[str, Place] = field(default_factory=dict)

    def follow(self, body: list[ast.stmt]) -> Iterator[Answer]:
        for statement in body:
            if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
                continue
            if self._frees(statement):
                self.frozen.clear()
            yield from self._trained(statement)
            if (model := self._freezes(statement)) is not None:
                self.frozen[model] = place_of(statement)
            elif (model := _gets_layer(statement)) is not None:
                self.heads[model] = place_of(statement)
                if self.frozen.pop(model, None) is not None:
                    yield Fine(place_of(statement))
            elif isinstance(statement, ast.Assign):
                yield from self._renamed(statement)
        for model in list(self.frozen):
            yield from self._judged(model)

    def _judged(self, model: str) -> Iterator[Answer]:
        """Judge a network as it is now, and forget it."""
        head, frozen = self.heads.pop(model, None), self.frozen.pop(model, None)
        if head is not None and frozen is not None:
            yield Faulty(frozen, "the layer added before this is frozen, too")

    def _frees(self, statement: ast.stmt) -> bool:
        is_freeing = re.search(_FREEING, ast.unparse(statement)) is not None
        return is_freeing or calls_one_of(statement, self.functions.freeing)

    def _freezes(self, statement: ast.stmt) -> str | None:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            if called(call) in self.functions.freezing and call.args:
                return ast.unparse(call.args[0])
        return _freezes(statement)

    def _trained(self, statement: ast.stmt) -> Iterator[Answer]:
        """Judge the networks that a statement trains, or whose weights it loads."""
        trains = any(calls(statement, "backward", *self.functions.training))
        used = {ast.unparse(n) for n in ast.walk(statement) if isinstance(n, ast.expr)}
        fitted = {owner(call) for call in calls(statement, "fit")}
        loaded = {owner(call) for call in calls(statement, "load_state_dict", "load_weights")}
        for model in fitted & self.frozen.keys():
            self.heads.setdefault(model, self.frozen[model])
        for model in [*self.heads]:
            if model in fitted or (trains and model in used):
                yield from self._judged(model)
            elif model in loaded:
                del self.heads[model]

    def _renamed(self, statement: ast.Assign) -> Iterator[Answer]:
        """Judge the networks whose names are given to others, and forget those built upon."""
        targets = [part for target in statement.targets for part in _parts(target)]
        value = ast.unparse(statement.value)
        for model in {ast.unparse(target) for target in targets}:
            if re.fullmatch(rf"{re.escape(model)}\.(to|cuda|cpu|train|eval|float)\(.*\)", value):
                continue
            if re.search(rf"\b{re.escape(model)}\b", value):
                self.heads.pop(model, None)
                self.frozen.pop(model, None)
            yield from self._judged(model)


def _parts(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def _freezes(statement: ast.stmt) -> str | None:
    """The name of the model whose parameters, all of them, or layers a statement freezes."""
    if isinstance(statement, ast.Expr):
        at_once = re.fullmatch(r"([\w.]+)\.requires_grad_\(False\)", ast.unparse(statement))
        return at_once[1] if at_once else None
    if not isinstance(statement, ast.For) or len(statement.body) != 1:
        return None
    of = re.fullmatch(r"([\w.]+?)\.((named_)?parameters\(\)|layers)", ast.unparse(statement.iter))
    freezes = re.fullmatch(
        r"\w+\.(requires_grad(_\(False\)| = False)|trainable = False)",
        ast.unparse(statement.body[0]),
    )
    return of[1] if of and freezes else None


def _gets_layer(statement: ast.stmt) -> str | None:
    """The name of the model that gets a new layer, as ``model.fc = nn.Linear(...)``."""
    if isinstance(statement, ast.Expr):
        return next(map(owner, calls(statement, "add")), None)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return None
    target = re.match(r"([\w.]+?)\.(fc|classifier|heads?)\b", ast.unparse(statement.targets[0]))
    layer = re.search(r"(Linear|Sequential|Conv2d)$", ast.unparse(statement.value.func))
    return target[1] if target and layer else None
