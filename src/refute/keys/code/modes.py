"""Whether models of torch are in training mode or not, call by call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.layers import RECURRENT, WITH_MODES, Layer, layer_of
from refute.keys.code.models import Model
from refute.keys.code.values import Argument, Event, Made, Value, is_plain, objects_in, walk

Mode = bool | None
"""Whether a model is in training mode; ``None`` if that is unknown."""

TorchModel = Made | Argument

_PARTS = ("modules", "children", "named_modules", "named_children", "apply")


def with_modes(events: Iterable[Event], mode: Mode = True) -> Iterator[tuple[Event, Mode]]:
    """Yield the calls of one model in order, each with the mode at its time."""
    for event in events:
        if event.name in ("eval", "freeze"):  # Lightning's freeze calls eval
            mode = False
        elif event.name == "train":
            argument = event.argument("mode", 0, True)
            mode = argument if isinstance(argument, bool) else None
        elif event.name == "training=":
            mode = None
        yield event, mode


_ATTENDING = ("torch.nn.TransformerEncoderLayer", "torch.nn.TransformerDecoderLayer",
              "torch.nn.Transformer")  # fmt: skip


def has_modes(model: Model) -> bool:
    """Whether a model of torch has a layer that behaves differently in training."""
    parts = [layer_of(made) for made in objects_in(model.made)]
    return any(map(_has_modes, (*model.layers, *parts)))


def _has_modes(layer: Layer) -> bool:
    made = layer.made
    if made is not None and made.kind in RECURRENT:
        several = made.argument("num_layers", 2, 1)
        drops = made.argument("dropout", 5, 0.0)
        return type(several) is int and several > 1 and isinstance(drops, float) and drops > 0
    if made is not None and made.kind in _ATTENDING:
        return bool(made.kwargs.get("dropout", 0.1) != 0)
    return layer.kind in WITH_MODES and layer.rate != 0


def torch_models(facts: Facts) -> Iterator[tuple[TorchModel, tuple[Layer, ...]]]:
    """Yield models of torch, each with its layers.

    A model that is an unknown argument of a function may have any layer that the program creates.
    """
    for model in facts.models:
        if model.library == "torch" and model.complete:
            yield model.made, model.layers
    of_torch = tuple(
        layer for layer in facts.layers if layer.made and layer.made.kind.startswith("torch.nn.")
    )
    yield from ((argument, of_torch) for argument in called_arguments(facts))


def called_arguments(facts: Facts) -> Iterable[Argument]:
    """Return the unknown arguments of functions that are called, or whose methods are."""
    receivers = (event.receiver for event in facts.trace.events)
    return {id(value): value for value in receivers if isinstance(value, Argument)}.values()


def is_handed_on(facts: Facts, model: TorchModel) -> bool:
    """Whether a model or its parts are given to code that may set their mode unseen.

    An object of a class that the program writes itself may keep it: what its methods do is known.
    """
    holders: list[Value] = [model]
    for event in facts.trace.events:
        given = (*event.args, *event.kwargs.values())
        if any(value is holder for value in given for holder in holders):
            if not (event.name.endswith("=") and is_plain(event.receiver)):
                return True
            holders.append(event.receiver)
        of_part = event.name in ("train", "training=") and event.receiver is not model
        if of_part and any(value is model for value in walk(event.receiver)):
            return True
    return any(holder.escaped for holder in holders[1:]) or bool(facts.events(model, *_PARTS))
