"""Rules about transforms of images in torchvision."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Made, Sequence

_TO_TENSOR = ("ToTensor", "PILToTensor", "ToImage", "ToImageTensor", "ConvertImageDtype", "ToDtype")


@rule(
    "code/normalized-before-tensor",
    "images are normalized before they are tensors",
    severity="error",
    fix="Put ToTensor() before Normalize(...).",
    local=True,
)
def normalized_before_tensor(facts: Facts) -> Iterator[Answer]:
    for given, steps in _composed(facts):
        names = [part.kind.rpartition(".")[2] for part in steps]
        tensors = [i for i, name in enumerate(names) if name in _TO_TENSOR]
        if "Normalize" not in names or not tensors or not given.complete:
            continue
        at = names.index("Normalize")
        if at < tensors[0] and len(steps) == len(given.items):
            yield Faulty(steps[at].place, "Normalize needs a tensor, which only ToTensor creates")
        else:
            yield Fine(steps[at].place)


@rule(
    "code/normalized-in-other-units",
    "images from 0 to 1 are normalized by a mean of pixels from 0 to 255",
    severity="wrong",
    fix="Divide mean and deviation by 255, or normalize before scaling.",
    local=True,
)
def normalized_in_other_units(facts: Facts) -> Iterator[Answer]:
    for _, steps in _composed(facts):
        scaled = any(_scales(step) for step in steps)
        for step in steps:
            mean = step.argument("mean", 0)
            numbers = mean.items if isinstance(mean, Sequence) else mean
            if not step.kind.endswith(".Normalize") or not isinstance(numbers, tuple | list):
                continue
            if not scaled or not all(isinstance(number, int | float) for number in numbers):
                continue
            if max(numbers, default=0) > 2:
                yield Faulty(step.place, "the images are between 0 and 1 here")
            else:
                yield Fine(step.place)


def _composed(facts: Facts) -> Iterator[tuple[Sequence, list[Made]]]:
    """Yield the list of each ``Compose``, with the transforms in it that are known."""
    for made in facts.trace.made:
        given = made.argument("transforms", 0)
        if made.kind.endswith(".Compose") and isinstance(given, Sequence):
            yield given, [part for part in given.items if isinstance(part, Made)]


def _scales(step: Made) -> bool:
    """Whether a transform gives numbers between 0 and 1."""
    return step.kind.endswith(".ToTensor") or step.kwargs.get("scale") is True
