"""The size of the images that torchvision's datasets give, after their transforms."""

from __future__ import annotations

from collections.abc import Iterable

from refute.keys.code.values import Made, Value, members

SIZES = {
    "MNIST": (1, 28, 28),
    "FashionMNIST": (1, 28, 28),
    "KMNIST": (1, 28, 28),
    "CIFAR10": (3, 32, 32),
    "CIFAR100": (3, 32, 32),
    "SVHN": (3, 32, 32),
    "STL10": (3, 96, 96),
}
"""Channels, height and width of the images of torchvision's datasets."""

_TRANSFORM_AT = {"STL10": 3, "ImageFolder": 1}
"""The index of the argument ``transform``, where it is not 2."""

_OF_ANY_SIZE = ("ImageFolder", "Flowers102", "Food101")
"""Sets of images in three channels that have no common size."""

_TENSORS = ("ToTensor", "PILToTensor", "ToImage")
_KEEPING = (
    *_TENSORS, "Normalize", "ToDtype", "ConvertImageDtype", "RandomHorizontalFlip",
    "RandomVerticalFlip", "ColorJitter", "RandomErasing", "RandomAffine", "RandAugment",
    "AutoAugment", "TrivialAugmentWide", "AugMix", "GaussianBlur", "RandomAutocontrast",
    "RandomEqualize", "RandomAdjustSharpness", "RandomPerspective", "RandomInvert",
    "RandomGrayscale", "RandomPosterize", "RandomSolarize",
)  # fmt: skip
_CROPPING = ("CenterCrop", "RandomCrop", "RandomResizedCrop")

Image = tuple[int, int | None, int | None]
"""Channels, height and width; ``None`` is unknown."""


def size_of_images(dataset: Value) -> tuple[int, int, int] | None:
    """Return channels, height and width of a dataset's images, ``None`` if they are unknown."""
    if not isinstance(dataset, Made) or not dataset.kind.startswith("torchvision.datasets."):
        return None
    name = dataset.kind.rpartition(".")[2]
    image: Image | None = (3, None, None) if name in _OF_ANY_SIZE else SIZES.get(name)
    steps = None if dataset.attributes else _steps(transform_of(dataset))
    if image is None or steps is None or not any(_name(step) in _TENSORS for step in steps):
        return None
    image = _transformed(image, steps)
    if image is None or image[1] is None or image[2] is None:
        return None
    return image[0], image[1], image[2]


def has_class_numbers(dataset: Made) -> bool:
    """Whether a dataset of torchvision has class numbers as labels, and the program keeps them."""
    of_classes = _name(dataset) in (*SIZES, *_OF_ANY_SIZE)
    plain = dataset.argument("target_transform") is None and not dataset.attributes
    return dataset.kind.startswith("torchvision.datasets.") and of_classes and plain


def transform_of(dataset: Made) -> Value:
    """Return the transform of one of torchvision's datasets."""
    return dataset.argument("transform", _TRANSFORM_AT.get(_name(dataset), 2))


def _steps(transform: Value) -> list[Made] | None:
    """The transforms that follow each other, ``None`` if one of them is unknown."""
    if not isinstance(transform, Made):
        return None
    if _name(transform) != "Compose":
        return [transform]
    items = members(transform.argument("transforms", 0))
    if items is None:
        return None
    parts = [_steps(item) for item in items]
    known = [part for part in parts if part is not None]
    return [step for part in known for step in part] if len(known) == len(parts) else None


def _transformed(image: Image, steps: Iterable[Made]) -> Image | None:
    for step in steps:
        name, (channels, height, width) = _name(step), image
        given = step.argument("size", 0)
        size = pair(given)
        if name in _CROPPING or (name == "Resize" and not isinstance(given, int)):
            if size is None:
                return None
            image = channels, *size
        elif name == "Resize" and size is not None:  # the shorter side
            image = (channels, *size) if height == width and height else (channels, None, None)
        elif name == "Grayscale" and step.argument("num_output_channels", 0, 1) in (1, 3):
            image = step.argument("num_output_channels", 0, 1), height, width
        elif name == "RandomRotation" and step.argument("expand", 2, False) is False:
            continue
        elif name == "Pad" and isinstance(added := step.argument("padding", 0), int):
            sides = [side if side is None else side + 2 * added for side in (height, width)]
            image = channels, sides[0], sides[1]
        elif name not in _KEEPING:
            return None
    return image


def pair(value: Value) -> tuple[int, int] | None:
    """Return two sizes that are given as one or as two, ``None`` if they are not known."""
    items = members(value)
    sides = (value, value) if items is None else items
    if len(sides) == 1:
        sides = sides * 2
    known = len(sides) == 2 and all(type(side) is int for side in sides)
    return (sides[0], sides[1]) if known else None


def _name(made: Made) -> str:
    return made.kind.rpartition(".")[2]
