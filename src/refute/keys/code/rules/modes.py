"""Rules about models that are trained in evaluation mode, which Keras calls inference mode."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.layers import WITH_MODES, Layer, layer_of
from refute.keys.code.models import Model
from refute.keys.code.modes import (
    Mode,
    TorchModel,
    called_arguments,
    has_modes,
    is_handed_on,
    torch_models,
    with_modes,
)
from refute.keys.code.places import Place, place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import calls
from refute.keys.code.values import (
    Argument,
    Class,
    Event,
    Function,
    Made,
    Method,
    Term,
    Unknown,
    Value,
    callee,
    walk,
)


@rule(
    "code/trained-in-evaluation-mode",
    "a model stays in evaluation mode after the first epoch",
    severity="wrong",
    fix="Call model.train() at the start of each epoch.",
)
def trained_in_evaluation_mode(facts: Facts) -> Iterator[Answer]:
    if facts.mentions("freeze|freezing|frozen"):
        return  # batch normalization may be in evaluation mode on purpose
    for part in facts.with_uncalled:
        for model in _with_modes(part):
            escaped = isinstance(model, Made) and model.escaped
            for loop in dict.fromkeys(loop for e in part.events(model) for loop in e.loops):
                turns = _trained(part, model, loop)
                ends = [event for event in part.events(model, "eval") if loop in event.loops]
                if not any(first is True and second is False for _, first, second in turns):
                    yield from (Fine(event.place) for event, first, _ in turns[:1] if first)
                elif ends and not escaped and not is_handed_on(part, model):
                    yield Faulty(ends[-1].place, "after this, training continues without train()")


def _with_modes(facts: Facts) -> Iterator[TorchModel]:
    """Yield the models of torch that have layers with modes, complete or not."""
    yield from (m.made for m in facts.models if m.library == "torch" and has_modes(m))
    for model, layers in torch_models(facts):
        if isinstance(model, Argument) and any(layer.kind in WITH_MODES for layer in layers):
            yield model


def _trained(facts: Facts, model: TorchModel, loop: Place) -> list[tuple[Event, Mode, Mode]]:
    """What a loop calls the model for to train it, with the modes in the first and second turn."""
    if isinstance(model, Made) and loop in model.loops:
        return []  # each turn has a model of its own
    events = facts.events(model)
    turn = [event for event in events if loop in event.loops]
    before = events[: events.index(turn[0])]
    modes = [mode for _, mode in with_modes([*before, *turn, *turn])][len(before) :]
    return [
        (event, first, second)
        for event, first, second in zip(turn, modes, modes[len(turn) :], strict=False)
        if event.name == "()" and facts.trains(event.result)
    ]


@rule(
    "code/tape-without-training-flag",
    "a Keras model with dropout or batch normalization is trained by a tape in inference mode",
    severity="wrong",
    fix="Call model(x, training=True) under the tape.",
)
def tape_without_training_flag(facts: Facts) -> Iterator[Answer]:
    if facts.mentions("learning_phase"):
        return  # it may switch training mode on for all models
    for part in facts.with_uncalled:
        for model in _changing(facts, part):
            for event in part.events(model, "()"):
                if not _updates(part, event) or "**" in event.kwargs:
                    continue
                if len(event.args) == 1 and "training" not in event.kwargs:
                    yield Faulty(
                        event.place, "dropout and batch normalization are in inference mode here"
                    )
                else:
                    yield Fine(event.place)
    for fitted in facts.models:
        if facts.events(fitted.made, "fit") and _needs_flag(facts, fitted):
            yield from _in_own_step(fitted.made)


def _in_own_step(made: Made) -> Iterator[Answer]:
    """Judge the calls of the model in a ``train_step`` of its own, which ``fit`` calls."""
    step = made.own("train_step")
    if not isinstance(step, Function) or isinstance(step.node, ast.Lambda):
        return
    if not any(calls(step.node, "gradient", "backward")) or not step.node.args.args:
        return
    itself = step.node.args.args[0].arg
    passes = sorted(calls(step.node, itself), key=place_of)
    if passes and all(len(p.args) == 1 and not p.keywords for p in passes):
        yield Faulty(
            place_of(passes[0]), "dropout and batch normalization are in inference mode here"
        )
    elif passes:
        yield Fine(place_of(passes[0]))


def _changing(facts: Facts, part: Facts) -> Iterator[Made | Argument]:
    """Yield models of Keras that need the flag: they do something else in training.

    The unknown arguments of functions that are never called are among them if all models are.
    """
    models = [model for model in facts.models if model.library == "keras"]
    changing = [model.made for model in models if _needs_flag(facts, model)]
    yield from changing
    if changing and len(changing) == len(models):
        yield from called_arguments(part)


def _needs_flag(facts: Facts, model: Model) -> bool:
    """Whether a model has layers with modes, and puts all of them into inference mode by default.

    Of a model whose class is the program's own, its ``call`` may switch them itself, and so may
    that of each layer of the program in it.
    """
    changing = [layer for layer in model.layers if layer.kind in WITH_MODES]
    if isinstance(model.made.callee, Class):
        changing += _skipped(model.made)
        flags = [*_flags(facts, model.made, set()), *(layer.training for layer in changing)]
        return bool(changing) and all(flag is None or flag is False for flag in flags)
    return bool(changing) and all(layer.training is None for layer in changing)


def _flags(facts: Facts, made: Made, seen: set[int]) -> Iterator[Value]:
    """Yield the flag that ``call`` has by default, and those that it then passes to layers."""
    cls = made.callee
    if isinstance(cls, Class):
        call = cls.member("call")
        if isinstance(call, Function):
            yield _default(call.node)
            yield from (Unknown("a flag that is set") for flag in _uses(call) if _is_set(flag))
        yield cls.member("__call__")
    for part in walk(facts.trace.outputs.get(made), seen):
        layer = callee(part)
        if isinstance(part, Term) and isinstance(layer, Made):
            yield from part.operands[2:]
            yield from (flag for name, flag in part.kwargs if name in ("training", "**"))
            yield from _flags(facts, layer, seen)


def _default(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Value:
    """The flag that a function has by default: its value, else the expression."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    pairs = [*zip(positional[::-1], given.defaults[::-1], strict=False),
             *zip(given.kwonlyargs, given.kw_defaults, strict=True)]  # fmt: skip
    default = next((value for argument, value in pairs if argument.arg == "training"), None)
    return default.value if isinstance(default, ast.Constant) else default


def _skipped(made: Made) -> list[Layer]:
    """The layers with modes that ``call`` may leave out, as in ``if training: ...``."""
    call = made.own("call")
    if not isinstance(call, Function):
        return []
    flags = _uses(call)
    tests = [node.test for node in ast.walk(call.node) if isinstance(node, ast.If | ast.IfExp)]
    if any(map(_is_set, flags)) or not any(flag is test for flag in flags for test in tests):
        return []
    layers = (layer_of(value) for value in made.attributes.values() if isinstance(value, Made))
    return [layer for layer in layers if layer.kind in WITH_MODES]


def _uses(call: Function) -> list[ast.Name]:
    """Where a function reads or sets its argument ``training``."""
    names = [node for node in ast.walk(call.node) if isinstance(node, ast.Name)]
    return [name for name in names if name.id == "training"]


def _is_set(flag: ast.Name) -> bool:
    return isinstance(flag.ctx, ast.Store)


def _updates(facts: Facts, event: Event) -> bool:
    """Whether a tape differentiates an output by the weights of its model, not by the input."""
    for other in facts.trace.events:
        if other.name != "gradient" or len(other.args) < 2:
            continue
        by = (part for part in walk(other.args[1]) if isinstance(part, Method))
        weights = any(p.owner is event.receiver and p.name.startswith("trainable") for p in by)
        if weights and any(part is event.result for part in walk(other.args[0])):
            return True
    return False
