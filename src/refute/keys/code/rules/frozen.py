"""The rule about networks in which everything is frozen, even the new head."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.models import is_keras_model
from refute.keys.code.places import Place, place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import bodies, calls, nodes, owner


@rule(
    "code/everything-frozen",
    "all weights are frozen, including those of the new head",
    severity="error",
    fix="Freeze the base first, then add the head.",
)
def everything_frozen(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        if not is_keras_model(fit.receiver):
            continue
        setting = [e for e in facts.events(fit.receiver, "trainable=") if e.place < fit.place]
        all_set = [event for event in facts.trace.events if event.name == "trainable="]
        freed = any(event.args[0] is not False for event in all_set)
        if setting and setting[-1].args[0] is False and not freed:
            yield Faulty(setting[-1].place, "no weight of the model is trained")
    if facts.mentions(_FREEING):
        return
    for body in _blocks(facts):
        heads: dict[str, Place] = {}
        frozen: dict[str, Place] = {}
        for statement in body:
            if (model := _freezes(statement)) is not None:
                frozen[model] = place_of(statement)
            elif (model := _gets_layer(statement)) is not None:
                heads[model] = place_of(statement)
                if frozen.pop(model, None) is not None:
                    yield Fine(place_of(statement))
            heads |= {owner(call): place_of(call) for call in calls(statement, "fit")}
        for model in heads.keys() & frozen.keys():
            yield Faulty(frozen[model], "the layer added before this is frozen, too")


def _blocks(facts: Facts) -> Iterator[list[ast.stmt]]:
    """Yield the statements that follow each other: of the program, of functions, of branches."""
    yield from bodies(facts)
    for branch in nodes(facts, ast.If):
        yield from (branch.body, branch.orelse)


_FREEING = (
    r"requires_grad(_\(True\)| *= *True)|requires_grad_\(\)|trainable *= *True|add_adapter|lora"
)


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
