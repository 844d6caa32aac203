"""Where the batches of a loop come from: loaders and datasets of torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from refute.keys.code.values import Element, Made, Name, Term, Value

Said = TypeVar("Said")

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


def dataset_of(batch: Value) -> tuple[Value, tuple[int, ...]]:
    """Return the dataset of a loader's batch, and the place of a part of the batch in a sample.

    The dataset is ``None`` if the batch is not known to come from a loader that only collects the
    samples of one.
    """
    loader, path = _source_of(batch)
    if not isinstance(loader, Made) or not is_loader(loader):
        return None, ()
    collects = loader.argument("collate_fn", 6) is None
    batched = loader.argument("batch_size", 1, 1) is not None
    return (whole(loader.argument("dataset", 0)), path) if collects and batched else (None, ())


def _source_of(batch: Value) -> tuple[Value, tuple[int, ...]]:
    """What a batch is taken from: by a loop, or by ``next(iter(loader))``."""
    path: tuple[int, ...] = ()
    while isinstance(batch, Term) and batch.operation == "item" and type(batch.operands[1]) is int:
        batch, path = batch.operands[0], (batch.operands[1], *path)
    while isinstance(batch, Term) and batch.operation == "call" and len(batch.operands) == 2:
        if batch.operands[0] not in (Name("next"), Name("iter")):
            break
        batch = batch.operands[1]
    if not isinstance(batch, Element):
        return batch, path
    loader, within = loader_of(batch)
    return loader, within + path


def whole(dataset: Value) -> Value:
    """Return the dataset that a subset, or a part of a random split, takes its samples from."""
    while True:
        if isinstance(dataset, Made) and dataset.kind.endswith("data.Subset"):
            dataset = dataset.argument("dataset", 0)
        elif isinstance(dataset, Term) and dataset.operation == "item":
            dataset = dataset.operands[0]
        elif isinstance(dataset, Term) and dataset.operation == "call":
            split = dataset.operands[0]
            if not (isinstance(split, Name) and split.dotted.endswith("random_split")):
                return dataset
            dataset = dataset.operands[1] if len(dataset.operands) > 1 else None
        else:
            return dataset


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


def said_of_sets(made: Iterable[Made], table: Mapping[str, Said]) -> Said | None:
    """Return what a table says of all such datasets among objects, ``None`` if they differ."""
    said = {table.get(data.kind.rpartition(".")[2]) for data in made if is_torchvision_set(data)}
    return said.pop() if len(said) == 1 else None


def end_of_path(path: Value) -> str:
    """Return the end of a path as far as it is known: ``"/test"`` of ``f"{root}/test"``."""
    if isinstance(path, Term) and path.operation in ("text", "call", "/", "+"):
        *_, path = path.operands  # os.path.join(root, "test"), Path(root) / "test", root + "test"
    return path if isinstance(path, str) else ""


def is_for_training(dataset: Made) -> bool | None:
    """Whether one of torchvision's datasets is the part to train, ``None`` if that is unknown."""
    train = dataset.argument("train", 1, True)
    return train if isinstance(train, bool) else None
