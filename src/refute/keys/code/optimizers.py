"""Which objects are optimizers, which are schedules, what steps, and the names in Keras."""

from __future__ import annotations

from refute.keys.code.facts import Facts
from refute.keys.code.values import Event, Made, Value


def name_of_optimizer(compiled: Event) -> str | None:
    """Return the name of the Keras optimizer that a call of ``compile`` sets, if it is known.

    A subclass in the program has the name of its base.  An optimizer that wraps another one, such
    as ``LossScaleOptimizer``, has the name of the one that it wraps.
    """
    return _name(compiled.argument("optimizer", 0))


def is_torch_optimizer(made: Made) -> bool:
    """Whether an object is an optimizer of torch, not a schedule of its learning rate."""
    return made.kind.startswith("torch.optim.") and "lr_scheduler" not in made.kind


def steps_of(facts: Facts, optimizer: Value) -> list[Event]:
    """Return the steps that an optimizer takes, by itself or through a scaler of gradients."""
    return [
        event
        for event in facts.trace.events
        if event.name == "step"
        and (event.receiver is optimizer or (event.args and event.args[0] is optimizer))
    ]


def _name(optimizer: Value) -> str | None:
    if isinstance(optimizer, str):
        return optimizer
    if not isinstance(optimizer, Made):
        return None
    wrapped = [
        value
        for value in (*optimizer.args, *optimizer.kwargs.values())
        if isinstance(value, Made) and ".optimizers." in value.kind and not is_schedule(value)
    ]
    if wrapped:
        return _name(wrapped[0])
    dotted = _library_name(optimizer)
    known = dotted.startswith("keras.optimizers.") and not dotted.endswith(".LossScaleOptimizer")
    return dotted.rpartition(".")[2] if known else None


def is_schedule(value: Made) -> bool:
    """Whether an object is a schedule of the learning rate in Keras."""
    return ".schedules." in value.kind or "Decay" in value.kind


def _library_name(made: Made) -> str:
    """The name of an object's class in a library, or of the class there that its class extends."""
    names = getattr(made.callee, "names", None)
    return made.kind if names is None else next(names(), "")
