"""The rule about networks whose first layer does not take the images that they get."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from refute.keys.code.data import unshaped
from refute.keys.code.exercise import shape_of_input
from refute.keys.code.facts import Facts
from refute.keys.code.images import SIZES
from refute.keys.code.loading import said_of_sets
from refute.keys.code.losses import only_of_torch
from refute.keys.code.models import Model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.sizes import RESHAPING, flows
from refute.keys.code.values import Name, Term, Value, known, walk

_LOADERS = {"mnist": 28 * 28, "fashion_mnist": 28 * 28, "cifar10": 32 * 32 * 3,
            "cifar100": 32 * 32 * 3}  # fmt: skip


@rule(
    "code/images-do-not-fit",
    "the first layer does not take images of this size",
    severity="error",
    fix="MNIST: 28 by 28 pixels in one channel. CIFAR: 32 by 32 in three.",
)
def images_do_not_fit(facts: Facts) -> Iterator[Answer]:
    yield from _without_channels(facts)
    if facts.mentions(RESHAPING):
        yield from _first_misfits(facts)
        return
    for fit in facts.fits:
        model, size = facts.model_of(fit.receiver), _size_of(fit.argument("x", 0))
        shape = shape_of_input(model) if model is not None else None
        if model is None or size is None or not isinstance(shape, tuple) or not known(shape):
            continue
        if all(isinstance(side, int) for side in shape):
            if prod(shape) == size:
                yield Fine(model.place)
            else:
                yield Faulty(model.place, f"images of {size} numbers do not have shape {shape}")
    image, model = said_of_sets(facts.trace.made, SIZES), only_of_torch(facts)
    if image is not None and model is not None:
        yield from _first_of_torch(model, image)


def _without_channels(facts: Facts) -> Iterator[Answer]:
    """Report convolutions of Keras whose input has a height and a width, and no channels."""
    for model in facts.models:
        shape, first = shape_of_input(model), next((k for k in model.layers if k.has_weights), None)
        if first is None or first.made is None or not first.made.is_a("keras.layers.Conv2D"):
            continue
        between = {layer.kind for layer in model.layers[: model.layers.index(first)]}
        if isinstance(shape, tuple) and len(shape) == 2 and between <= {"input", "dropout"}:
            yield Faulty(first.place, "a convolution takes images with channels: (28, 28, 1)")


def _first_misfits(facts: Facts) -> Iterator[Answer]:
    """What a first layer of torch does not take of images that the program gives another size."""
    for _, flow in flows(facts):
        for misfit in flow.misfits:
            if misfit.is_first:
                yield Faulty(misfit.place, misfit.why)


def _size_of(images: Value) -> int | None:
    """How many numbers an image of one of Keras's sets has, if all of them are kept."""
    images = unshaped(images)
    while isinstance(images, Term) and images.operation in ("/", "-", "*"):
        images = unshaped(images.operands[0])
    if not isinstance(images, Term) or images.operation != "item":
        return None
    for part in walk(images):
        if isinstance(part, Term) and part.operation == "call":
            loader = part.operands[0]
            dotted = loader.dotted if isinstance(loader, Name) else ""
            return _LOADERS.get(dotted.removeprefix("keras.datasets.").removesuffix(".load_data"))
    return None


def _first_of_torch(model: Model, shape: tuple[int, int, int]) -> Iterator[Answer]:
    kinds = [layer.kind for layer in model.layers]
    first = next((layer for layer in model.layers if layer.has_weights), None)
    if first is None or first.made is None or "unknown" in kinds[: model.layers.index(first)]:
        return
    dense, before = first.made.kind == "torch.nn.Linear", kinds[: model.layers.index(first)]
    if dense and before == ["flatten"]:
        wanted, got = first.made.argument("in_features", 0), prod(shape)
    elif first.made.kind == "torch.nn.Conv2d" and not before:
        wanted, got = first.made.argument("in_channels", 0), shape[0]
    else:
        return
    if isinstance(wanted, int) and wanted != got:
        what = "numbers" if dense else "channels"
        yield Faulty(first.place, f"this layer takes {wanted} {what}, but the images have {got}")
    elif isinstance(wanted, int):
        yield Fine(first.place)
