"""The rule about the order of transforms of images in torchvision."""

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
    for made in facts.trace.made:
        given = made.argument("transforms", 0)
        if not made.kind.endswith(".Compose") or not isinstance(given, Sequence):
            continue
        steps = [part for part in given.items if isinstance(part, Made)]
        names = [part.kind.rpartition(".")[2] for part in steps]
        tensors = [i for i, name in enumerate(names) if name in _TO_TENSOR]
        if "Normalize" not in names or not tensors or not given.complete:
            continue
        at = names.index("Normalize")
        if at < tensors[0] and len(steps) == len(given.items):
            yield Faulty(steps[at].place, "Normalize needs a tensor, which only ToTensor makes")
        else:
            yield Fine(steps[at].place)
