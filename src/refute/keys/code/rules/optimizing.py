"""Rules about optimizers: which is used, its arguments, and the parameters that it gets."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from refute.keys.code.exercise import step_of_exercise
from refute.keys.code.facts import Facts
from refute.keys.code.layers import Layer, layer_of
from refute.keys.code.models import is_torch_module
from refute.keys.code.optimizers import is_torch_optimizer, name_of_optimizer
from refute.keys.code.places import Place, place_of
from refute.keys.code.rules.answers import Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.syntax import Loop, calls_one_of, loops, reaching
from refute.keys.code.values import (
    Argument,
    Event,
    Free,
    Made,
    Term,
    Value,
    callee,
    known,
    objects_in,
    walk,
)

_ASKING = ("parameters", "named_parameters")


@rule(
    "code/not-nadam",
    "an optimizer other than Nadam",
    severity="wrong",
    fix="Compile the model with Nadam.",
)
def not_nadam(facts: Facts) -> Iterator[Answer]:
    optimizers = {
        compiled: name_of_optimizer(compiled)
        for model in facts.models
        for compiled in facts.events(model.made, "compile")
        if step_of_exercise(facts, compiled.block) == "b"
    }
    others_only = not {"nadam", "Nadam", None} & set(optimizers.values())
    for compiled, name in optimizers.items():
        if name is None:
            yield Unsure(compiled.place, "the optimizer is unknown")
        elif name.lower() == "nadam":
            yield Fine(compiled.place)
        elif others_only:
            yield Faulty(compiled.place, f"the model is compiled with {name}")


@rule(
    "code/legacy-optimizer-argument",
    "an argument that Keras 3 optimizers do not have",
    severity="error",
    fix="Write learning_rate=... instead of lr=, and a learning rate schedule instead of decay=.",
    local=True,
)
def legacy_optimizer_argument(facts: Facts) -> Iterator[Answer]:
    old = facts.mentions(r"tensorflow\s*(==|version)?\s*(1\.|2\.([0-9]|10)\b)")
    for made in facts.trace.made:
        if not made.kind.startswith("keras.optimizers."):
            continue
        legacy = sorted({"lr", "decay"} & made.kwargs.keys())
        if not legacy:
            yield Fine(made.place)
        elif "lr" in legacy:
            yield Faulty(made.place, "Keras 3 rejects lr=", "note" if old else None)
        else:
            yield Faulty(made.place, "Keras 3 ignores decay=", "note" if old else "wrong")


@rule(
    "code/optimizer-of-another-model",
    "an optimizer gets the parameters of a model or layer that is replaced afterwards",
    severity="wrong",
    fix="Create the optimizer after the model has its final layers.",
)
def optimizer_of_another_model(facts: Facts) -> Iterator[Answer]:
    events = facts.trace.events
    asked = set(map(id, objects_in(*(e.receiver for e in events if e.name in _ASKING))))
    called = set(map(id, objects_in(*(e.receiver for e in events if e.name == "()"))))
    trained = [e.receiver for e in events if e.name == "()" and facts.trains(e.result)]
    others = [model for model in trained if is_torch_module(model) and id(model) not in asked]
    for optimizer in facts.trace.made:
        model = _model_of(optimizer)
        if model is None or not facts.events(optimizer, "step"):
            continue
        late = next(_replaced_after(facts, optimizer, model), None)
        used = any(id(part) in called for part in objects_in(model))
        if others and not used and is_torch_module(model) and not model.escaped:
            yield Faulty(optimizer.place, "its model is not the one that is trained")
        elif late is not None:
            yield Faulty(late.place, "the optimizer does not get the weights of this layer")
        elif _steps_for_another(facts, optimizer, model, others):
            yield Faulty(
                optimizer.place, "it also trains another model, whose weights it does not get"
            )
        else:
            yield Fine(optimizer.place)


def _steps_for_another(facts: Facts, optimizer: Made, model: Value, others: list[Value]) -> bool:
    """Whether only other models are called, and trained, between two steps of an optimizer."""
    own, strangers = {*map(id, objects_in(model))}, {*map(id, others)} - {id(model)}
    called: set[int] = set()
    for event in facts.trace.events:
        if event.name == "()":
            called |= {*map(id, objects_in(event.receiver))}
        elif event.name == "step" and event.receiver is optimizer:
            if called & strangers and not called & own:
                return True
            called = set()
    return False


def _model_of(optimizer: Made) -> Value:
    """The model whose parameters, all of them, an optimizer of torch gets; ``None`` if unknown."""
    if not is_torch_optimizer(optimizer):
        return None
    given = optimizer.argument("params", 0)
    if (
        not isinstance(given, Term)
        or given.operation != "method"
        or given.operands[1] != "parameters"
    ):
        return None
    model = given.operands[0]
    return model if is_torch_module(model) or callee(model) is not None else None


def _replaced_after(facts: Facts, optimizer: Made, model: Value) -> Iterator[Event]:
    """Yield assignments of layers with weights to a model whose optimizer was created before."""
    given = optimizer.argument("params", 0)
    asked = False
    heads = model.attributes.values() if isinstance(model, Made) else ()
    stacks = [part for part in heads if isinstance(part, Made) and "layers" in part.attributes]
    receivers = set(map(id, (model, *stacks)))
    for event in facts.trace.events:
        if id(event.receiver) not in receivers:
            continue
        asked |= event.result is given
        new = event.args[0] if event.name.endswith("=") and event.args else None
        if not asked or not isinstance(new, Made) or not new.kind.startswith("torch.nn."):
            continue
        if layer_of(new).has_weights and not _asks_again(facts, optimizer, model):
            yield event


def _asks_again(facts: Facts, optimizer: Made, model: Value) -> bool:
    """Whether an optimizer gets more parameters, or a model or a part is asked for them again."""
    given = optimizer.argument("params", 0)
    first = next((e.order for e in facts.trace.events if e.result is given), 0)
    asked = [e for e in facts.trace.events if e.name in _ASKING and e.order > first]
    parts = {id(model), *map(id, objects_in(model))}
    again = any(id(part) in parts for event in asked for part in walk(event.receiver))
    return again or bool(facts.events(optimizer, "add_param_group"))


@rule(
    "code/optimizer-made-in-loop",
    "an optimizer is created anew in each epoch or batch, so it forgets its moments",
    severity="wrong",
    fix="Create the optimizer once, before the loop.",
)
def optimizer_made_in_loop(facts: Facts) -> Iterator[Answer]:
    written = {place_of(node): node for node in loops(facts)}
    resetting = reaching(facts, _RESETTING)
    for part in facts.with_uncalled:
        for made in part.trace.made:
            rate = made.argument("lr", 1)
            if not is_torch_optimizer(made) or not (known(rate) or isinstance(rate, Argument)):
                continue
            steps, model = part.events(made, "step"), _asked_of(made)
            is_plain = made.kind.endswith(".SGD") and made.argument("momentum", 2, 0) == 0
            if not steps or model is None or is_plain:
                continue
            loop = made.loops[-1] if made.loops else None
            older = loop is not None and loop not in getattr(model, "loops", ())
            source = None if loop is None else written.get(loop)
            if older and (steps[0].loops == made.loops or _over_epochs(source)):
                if not _sets_weights_back(source, resetting):
                    yield Faulty(made.place, "each turn of this loop starts without any moments")
            elif not older:
                yield Fine(made.place)


def _over_epochs(loop: Loop | None) -> bool:
    if not isinstance(loop, ast.For):
        return False
    return re.search(r"epoch|^ep?$", ast.unparse(loop.target)) is not None


_RESETTING = r"load_state_dict|reset_parameters|\.apply\(|init\.\w+_\(|\.copy_\("


def _sets_weights_back(loop: Loop | None, resetting: frozenset[str]) -> bool:
    """Whether each turn of a loop starts from the same or from new weights."""
    if loop is None:
        return False
    return bool(re.search(_RESETTING, ast.unparse(loop))) or calls_one_of(loop, resetting)


def _asked_of(optimizer: Made) -> Value:
    """The model or argument whose parameters an optimizer gets; ``None`` if that is unknown."""
    given = optimizer.argument("params", 0)
    if not isinstance(given, Term) or given.operation != "method":
        return None
    model = given.operands[0]
    return model if isinstance(model, Argument | Free) or is_torch_module(model) else None


@rule(
    "code/momentum-out-of-range",
    "a momentum that is not at least 0 and below 1",
    severity="wrong",
    fix="Use a momentum such as 0.9.",
    evidence=(Evidence("momentum/never-converges", "momentum 1"),),
    local=True,
)
def momentum_out_of_range(facts: Facts) -> Iterator[Answer]:
    values: dict[Place, set[float]] = defaultdict(set)
    with_momentum: list[tuple[Made, float]] = []
    for made in facts.trace.made:
        momentum = made.kwargs.get("momentum")
        if made.kind.startswith(_LIBRARIES) and isinstance(momentum, int | float):
            values[made.place].add(momentum)
            with_momentum.append((made, momentum))
    for made, momentum in with_momentum:
        if momentum >= 1 and len(values[made.place]) == 1:
            yield Faulty(made.place, f"with momentum {momentum}, past steps never fade")
        elif momentum < 0 and len(values[made.place]) == 1:
            yield Faulty(made.place, f"a momentum of {momentum} is negative", "error")
        else:
            yield Fine(made.place)


_LIBRARIES = ("keras.optimizers.", "torch.optim.")
_ADAPTIVE = ("Adam", "AdamW", "NAdam", "Nadam", "RAdam", "Adamax", "RMSprop")


def _is_wide(layer: Layer) -> bool:
    return isinstance(layer.units, int) and layer.units >= 32


@rule(
    "code/learning-rate-too-high",
    "a learning rate that is far too high for an adaptive optimizer",
    severity="wrong",
    fix="Start from 0.001.",
)
def learning_rate_too_high(facts: Facts) -> Iterator[Answer]:
    deep = [model for model in facts.models if any(map(_is_wide, model.hidden))]
    if not deep or facts.mentions("too (high|large|big)|diverge|lr_find|find_lr|range test"):
        return
    rates: dict[Place, set[float]] = defaultdict(set)
    judged: list[tuple[Made, float]] = []
    for made in facts.trace.made:
        if not made.kind.startswith(_LIBRARIES) or made.kind.rpartition(".")[2] not in _ADAPTIVE:
            continue
        at = 1 if made.kind.startswith("torch.") else 0
        rate = made.kwargs.get("lr", made.argument("learning_rate", at))
        scheduled = any(made in other.held() for other in facts.trace.made if other is not made)
        if isinstance(rate, int | float) and not scheduled and not made.escaped:
            rates[made.place].add(rate)
            judged.append((made, rate))
    for made, rate in judged:
        if rate >= 0.1 and len(rates[made.place]) == 1:
            yield Faulty(made.place, f"with steps of {rate}, deep networks hardly learn")
        else:
            yield Fine(made.place)  # also one of several rates that are tried
