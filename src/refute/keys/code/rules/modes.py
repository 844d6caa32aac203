"""Rules about models that are trained in evaluation mode."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.models import WITH_MODES
from refute.keys.code.modes import Mode, TorchModel, is_handed_on, torch_models, with_modes
from refute.keys.code.places import Place
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Class, Event, Made, Method, walk


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
        for model, layers in torch_models(part):
            if not any(layer.kind in WITH_MODES for layer in layers):
                continue
            escaped = isinstance(model, Made) and model.escaped
            for loop in dict.fromkeys(loop for e in part.events(model) for loop in e.loops):
                turns = _trained(part, model, loop)
                ends = [event for event in part.events(model, "eval") if loop in event.loops]
                if not any(first is True and second is False for _, first, second in turns):
                    yield from (Fine(event.place) for event, first, _ in turns[:1] if first)
                elif ends and not escaped and not is_handed_on(part, model):
                    yield Faulty(ends[-1].place, "after this, training goes on without train()")


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
    for model in facts.models:
        changing = [layer for layer in model.layers if layer.kind in WITH_MODES]
        own = isinstance(model.made.callee, Class)  # its call may have a default of its own
        if model.library != "keras" or own or not changing:
            continue
        if any(layer.training is not None for layer in changing):
            continue
        for event in facts.events(model.made, "()"):
            if not _updates(facts, event) or "**" in event.kwargs:
                continue
            if len(event.args) == 1 and "training" not in event.kwargs:
                yield Faulty(
                    event.place, "dropout and batch normalization are in inference mode here"
                )
            else:
                yield Fine(event.place)


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
