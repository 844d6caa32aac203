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
from refute.keys.code.sizes import Sizes
from refute.keys.code.values import Name, Value, walk


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
            yield from _of_torch(facts, model, first)
        elif isinstance(shape := shape_of_input(model), tuple):
            yield from _of_keras(model, first, shape)
        elif any(map(_are_images, _inputs(facts, model))):
            yield Unsure(first.place, "the images may not be flattened before this layer")


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


def _inputs(facts: Facts, model: Model) -> list[Value]:
    """What a model is called, fitted or evaluated with."""
    return [
        event.argument("x", 0)
        for event in facts.events(model.made, "()", "fit", "evaluate", "predict")
    ]


_SETS_OF_IMAGES = tuple(
    f"keras.datasets.{name}.load_data" for name in ("mnist", "fashion_mnist", "cifar10", "cifar100")
)


def _are_images(array: Value) -> bool:
    """Whether an array is made of one of Keras's sets of images, and nothing may flatten it."""
    called = (part for part in walk(array) if isinstance(part, Name))
    return any(name.dotted in _SETS_OF_IMAGES for name in called) and not is_shaped_flat(array)


def _of_keras(model: Model, first: Layer, shape: tuple[Value, ...]) -> Iterator[Answer]:
    kinds = [layer.kind for layer in model.layers]
    if len(shape) == 1:
        yield Fine(first.place)
    elif "unknown" in kinds[: model.layers.index(first)]:
        yield Unsure(first.place, "a layer before the first dense layer is unknown")
    elif "pooling" in kinds:
        yield Unsure(first.place, _PERHAPS_POSITIONS)
    else:
        yield Faulty(
            first.place,
            f"the input has shape {shape}, and a dense layer acts on the last axis only: it sees "
            f"{shape[-1]} numbers at a time instead of the whole image",
        )


_PERHAPS_POSITIONS = "this layer may be meant to act on each position separately"


def _of_torch(facts: Facts, model: Model, first: Layer) -> Iterator[Answer]:
    """Judge the layer that gets the inputs of its model, if their size is known."""
    wanted = None if first.made is None else first.made.argument("in_features", 0)
    if type(wanted) is not int:
        return
    sizes = Sizes(facts.trace)
    for given in _inputs(facts, model):
        size = sizes.of(given)
        if is_shaped_flat(given) or (size is not None and len(size) == 1):
            yield Fine(first.place)
        elif not size or size[-1] == wanted or model.layers[0] is not first:
            continue
        elif model.made.kind == "torch.nn.Sequential":
            yield Faulty(
                first.place,
                f"the input has shape {size}, and a linear layer acts on the last axis only: it "
                f"expects {wanted} numbers and gets {size[-1]}",
            )
        else:
            yield Unsure(first.place, "the images may not be flattened before this layer")
