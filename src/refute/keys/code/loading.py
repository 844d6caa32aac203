"""Where the batches of a loop come from: loaders and datasets of torch."""

from __future__ import annotations

from refute.keys.code.values import Element, Made, Name, Term, Value

_WRAPPING = ("tqdm", "tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "iter")


def loader_of(element: Element) -> tuple[Value, tuple[int, ...]]:
    """Return what a loop runs over, and the place of an element in what it gets from there."""
    source, path = element.of, element.path
    while isinstance(source, Term) and source.operation == "call" and len(source.operands) > 1:
        called, inner = source.operands[0], source.operands[1]
        if not isinstance(called, Name):
            break
        if called.dotted == "enumerate" and path[:1] == (1,):
            source, path = inner, path[1:]
        elif called.dotted in _WRAPPING:
            source = inner
        else:
            break
    return source, path


def is_loader(value: Value) -> bool:
    """Whether a value is a data loader of torch."""
    return isinstance(value, Made) and value.kind.endswith("utils.data.DataLoader")


def is_torchvision_set(value: Value) -> bool:
    """Whether a value is one of torchvision's datasets with a part to train and one to test."""
    return (
        isinstance(value, Made)
        and value.kind.startswith("torchvision.datasets.")
        and value.kind.endswith(("MNIST", "CIFAR10", "CIFAR100"))
    )


def is_for_training(dataset: Made) -> bool | None:
    """Whether one of torchvision's datasets is the part to train, ``None`` if that is unknown."""
    train = dataset.argument("train", 1, True)
    return train if isinstance(train, bool) else None
