"""The rule about dense layers that get images as they are."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import is_shaped_flat
from refute.keys.code.exercise import shape_of_input
from refute.keys.code.facts import Facts
from refute.keys.code.fitting import loss_name
from refute.keys.code.layers import Layer
from refute.keys.code.models import Model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Unsure, rule


@rule(
    "code/missing-flatten",
    "a dense layer receives images that are not flattened",
    severity="error",
    fix="Put a Flatten layer before the first dense layer.",
)
def missing_flatten(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        first = next((layer for layer in model.layers if layer.kind == "dense"), None)
        if first is None:
            continue
        before = {layer.kind for layer in model.layers[: model.layers.index(first)]}
        if "convolution" in before and _keeps_positions(facts, model):
            yield Faulty(first.place, _POSITIONS)
        elif before & {"flatten", "reshape", "convolution", "pooling"}:
            yield Fine(first.place)
        elif model.library == "torch":
            yield from _flattened_outside(facts, model, first)
        elif "unknown" in before:
            yield Unsure(first.place, "a layer before the first dense layer is unknown")
        elif any(layer.kind == "pooling" for layer in model.layers):
            yield Unsure(first.place, "this layer may be meant to act on each position separately")
        else:
            yield from _rank_of_input(model, first)


_POSITIONS = "after a convolution, a dense layer acts on each position separately"
_OF_CLASSES = ("sparsecategoricalcrossentropy", "categoricalcrossentropy")


def _keeps_positions(facts: Facts, model: Model) -> bool:
    """Whether a Keras model that tells classes of images keeps their positions to its end."""
    compiled = facts.events(model.made, "compile")
    if not compiled or loss_name(compiled[-1].argument("loss", 1)) not in _OF_CLASSES:
        return False
    kinds = [layer.kind for layer in model.layers]
    behind = model.layers[kinds.index("convolution") :]
    shrinks = [made.kind for layer in behind if layer.kind in ("convolution", "pooling")
               and (made := layer.made) is not None]  # fmt: skip
    return (
        model.is_end_known
        and not {layer.kind for layer in behind} & {"flatten", "reshape", "unknown"}
        and any("Pooling2D" in kind or "applications" in kind for kind in shrinks)
        and not any("Global" in kind for kind in shrinks)
    )


def _flattened_outside(facts: Facts, model: Model, first: Layer) -> Iterator[Answer]:
    given = [event.args[0] for event in facts.events(model.made, "()") if event.args]
    if any(map(is_shaped_flat, given)):
        yield Fine(first.place)
    else:
        yield Unsure(first.place, "the shape of the model's input is unknown")


def _rank_of_input(model: Model, first: Layer) -> Iterator[Answer]:
    shape = shape_of_input(model)
    if not isinstance(shape, tuple):
        yield Unsure(first.place, "the input shape is unknown")
    elif len(shape) > 1:
        yield Faulty(
            first.place,
            f"the input has shape {shape}, and a dense layer acts on the last axis only: it sees "
            f"{shape[-1]} numbers at a time instead of the whole image",
        )
    else:
        yield Fine(first.place)
