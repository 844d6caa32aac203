"""Rules about datasets and loaders of torch: their order, their transforms, their device."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.data import argument_beside
from refute.keys.code.facts import Facts
from refute.keys.code.images import transform_of
from refute.keys.code.loading import (
    end_of_path,
    is_for_training,
    is_loader,
    is_torchvision_set,
    loader_of,
    whole,
)
from refute.keys.code.models import is_torch_module
from refute.keys.code.parts import role
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Argument, Element, Event, Free, Made, Name, Term, Value, walk

_RANDOM = ("RandomCrop", "RandomHorizontalFlip", "RandomVerticalFlip", "RandomRotation",
           "RandomResizedCrop", "RandomAffine", "ColorJitter", "RandomErasing", "RandAugment",
           "TrivialAugmentWide", "AutoAugment", "RandomPerspective")  # fmt: skip


@rule(
    "code/test-images-augmented",
    "test images are changed at random",
    severity="wrong",
    fix="Give the test data a transform of their own, without random changes.",
)
def test_images_augmented(facts: Facts) -> Iterator[Answer]:
    if facts.mentions(_AT_TEST_TIME):
        return
    for made in facts.trace.made:
        if not _is_test_set(made):
            continue
        if at_random := _at_random(made):
            yield Faulty(made.place, f"{at_random} changes them at random")
        elif any(isinstance(part, Made) for part in _parts(transform_of(made))):
            yield Fine(made.place)
    yield from _generated(facts)
    yield from _split_off(facts)


_AT_TEST_TIME = (
    r"test.?time\W{0,3}(data )?(aug|trans|crop|flip)|(aug|trans|crop|flip)\w*[^.\n]{0,40}test.?time"
    r"|\btta(\b|_)"
)
"""How a program says that it averages over changed test images: with "test time" alone, it may
say that dropout is off then."""


def _split_off(facts: Facts) -> Iterator[Answer]:
    """Report random changes of validation images that share a dataset with the training images."""
    if any(event.name in ("transform=", "dataset=") for event in facts.trace.events):
        return  # the part may get a transform of its own
    parts = [(made, made.argument("dataset", 0)) for made in facts.trace.made if is_loader(made)]
    for made, part in parts:
        dataset = whole(part)
        if dataset is part or made.argument("shuffle", 2, False) is not False:
            continue
        trained = any(
            whole(other) is dataset is not other is not part
            and loader.argument("shuffle", 2, False) is True
            for loader, other in parts
        )
        if trained and isinstance(dataset, Made) and (at_random := _at_random(dataset)):
            yield Faulty(made.place, f"{at_random} changes these images, too", "weak")


def _at_random(dataset: Made) -> str | None:
    """The first transform of a dataset that changes its images at random."""
    parts = [part for part in _parts(transform_of(dataset)) if isinstance(part, Made)]
    names = (part.kind.rpartition(".")[2] for part in parts)
    return next((name for name in names if name in _RANDOM), None)


def _is_test_set(made: Made) -> bool:
    """Whether a dataset of torchvision is the part to test, or a folder that is called so."""
    if is_torchvision_set(made):
        return is_for_training(made) is False
    if made.kind.startswith("torchvision.datasets.") and made.argument("split") == "test":
        return True
    root = end_of_path(made.argument("root", 0)) if made.kind.endswith(".ImageFolder") else ""
    return re.search(r"(^|[/_-])test[^/]*/?$", root, re.I) is not None


_FLOWS = ("flow", "flow_from_directory", "flow_from_dataframe")
_CHANGING = r"_range$|_flip$"


def _generated(facts: Facts) -> Iterator[Answer]:
    """Report generators of Keras that change test images at random."""
    for event in facts.trace.events:
        made = event.receiver
        if event.name not in _FLOWS or not isinstance(made, Made) or not event.args:
            continue
        if not made.kind.endswith(".ImageDataGenerator"):
            continue
        named = re.search(r"(^|[/_])test", end_of_path(event.args[0])) is not None
        held_out = event.argument("subset") == "validation"
        if not named and not held_out and role(event.args[0]) != "test":
            continue
        if any(re.search(_CHANGING, name) and value for name, value in made.kwargs.items()):
            why = "this generator changes them at random"
            yield Faulty(event.place, why, "weak" if held_out else None)
        else:
            yield Fine(event.place)


def _parts(transform: Value) -> Iterator[Value]:
    """Yield a transform, and those that it is composed of."""
    for part in walk(transform):
        yield part
        if isinstance(part, Made):
            yield from walk(part.held())


@rule(
    "code/training-data-in-order",
    "training batches come class by class, because the loader does not shuffle",
    severity="wrong",
    fix="Write DataLoader(train_set, shuffle=True).",
)
def training_data_in_order(facts: Facts) -> Iterator[Answer]:
    trained = {id(loader) for loader in _trained_on(facts)}
    for made in facts.trace.made:
        if not is_loader(made) or id(made) not in trained:
            continue
        drawn = made.kwargs.get("sampler") or made.kwargs.get("batch_sampler")
        shuffle, dataset = made.argument("shuffle", 2, False), made.argument("dataset", 0)
        in_order = shuffle is False and drawn is None and "**" not in made.kwargs
        if shuffle is True:
            yield Fine(made.place)
        elif in_order and isinstance(dataset, Made) and dataset.kind.endswith(".ImageFolder"):
            yield Faulty(made.place, "a folder of images gives them class by class")


def _trained_on(facts: Facts) -> Iterator[Value]:
    """Yield the loaders whose batches a gradient is computed for."""
    for event in facts.trace.events:
        if event.name == "()" and facts.trains(event.result) and event.args:
            for part in walk(event.args[0]):
                if isinstance(part, Element):
                    yield loader_of(part)[0]


@rule(
    "code/batches-left-behind",
    "a model and its batches are on different devices",
    severity="error",
    fix="Move the model, and each batch: x, y = x.to(device), y.to(device).",
)
def batches_left_behind(facts: Facts) -> Iterator[Answer]:
    if facts.mentions(_MOVED_ELSEWHERE):
        return
    moves = [event for event in facts.trace.events if event.name in ("to", "cuda")]
    of_models = [event for event in moves if not isinstance(event.receiver, Term | Element)]
    moved = {e.receiver.place for e in of_models if is_torch_module(e.receiver) and _is_away(e)}
    none_moved = not of_models and facts.mentions(r"\b(cuda|mps|xpu)\b")
    for part in facts.with_uncalled:
        for model in filter(is_torch_module, part.trace.made):
            for call in part.events(model, "()"):
                batch = call.args[0] if call.args else None
                if model.place in moved:
                    yield from _of_moved_model(call, batch)
                elif none_moved and not model.escaped and _is_moved(batch):
                    yield Faulty(call.place, "the model is still on the CPU, but this batch is not")


def _of_moved_model(call: Event, batch: Value) -> Iterator[Answer]:
    if not isinstance(batch, Element):
        yield Fine(call.place)
    elif _is_plain(loader_of(batch)[0]):
        yield Faulty(call.place, "this batch is still on the CPU")


_MOVED_ELSEWHERE = (
    r"TensorDataset|accelerat|default_device|default_tensor|device_?data_?loader|collate|lightning"
)


def _is_moved(batch: Value) -> bool:
    """Whether a batch of a loop is moved to a device that may not be the CPU."""
    if not isinstance(batch, Term) or batch.operation != "method":
        return False
    tensor, name, *_ = batch.operands
    device = argument_beside(batch, "device")
    return isinstance(tensor, Element) and (
        name == "cuda" or (name == "to" and device is not None and _may_be_away(device))
    )


def _is_away(event: Event) -> bool:
    """Whether a model is moved to a device that may not be the CPU, not to another type."""
    device = event.argument("device", 0)
    return event.name == "cuda" or (device is not None and _may_be_away(device))


def _may_be_away(device: Value) -> bool:
    if isinstance(device, Name) and device.dotted.startswith("torch."):
        return False
    parts = [part for part in walk(device) if isinstance(part, str)]
    return "cpu" not in parts


def _is_plain(loader: Value) -> bool:
    return is_loader(loader) or isinstance(loader, Argument | Free)
