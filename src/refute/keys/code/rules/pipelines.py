"""Rules about datasets of tf.data: what comes in which order, and what fit takes."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import argument_beside
from refute.keys.code.facts import Facts
from refute.keys.code.fitting import validation_split
from refute.keys.code.models import is_keras_model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Name, Term, Value

_ROOTS = ("from_tensor_slices", "from_generator", "image_dataset_from_directory", "TFRecordDataset")


def _steps(value: Value) -> list[Term] | None:
    """The methods that a dataset went through, first to last; ``None`` if it is not a dataset."""
    steps: list[Term] = []
    while isinstance(value, Term) and value.operation == "method":
        steps.append(value)
        value = value.operands[0]
    root = value.operands[0] if isinstance(value, Term) and value.operation == "call" else None
    if isinstance(root, Name) and root.dotted.endswith(_ROOTS):
        return steps[::-1]
    return None


@rule(
    "code/shuffled-after-batching",
    "batches are shuffled, but not the samples in them",
    severity="weak",
    fix="Call shuffle before batch.",
)
def shuffled_after_batching(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        data = fit.argument("x", 0)
        names = [step.operands[1] for step in _steps(data) or []]
        if "batch" not in names or "shuffle" not in names or "unbatch" in names:
            continue
        if names.index("batch") < names.index("shuffle"):
            yield Faulty(data.place, "each batch has the same samples in every epoch")
        else:
            yield Fine(data.place)


@rule(
    "code/endless-epoch",
    "a dataset that repeats forever is fitted without steps_per_epoch",
    severity="error",
    fix="Leave out repeat(), or pass steps_per_epoch.",
)
def endless_epoch(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        data = fit.argument("x", 0)
        steps = _steps(data)
        if not steps or not is_keras_model(fit.receiver):
            continue
        names = [step.operands[1] for step in steps]
        forever = [s for s in steps if s.operands[1] == "repeat" and _is_endless(s)]
        bounded = fit.argument("steps_per_epoch", 11) is not None or "take" in names
        if forever and not bounded:
            yield Faulty(fit.place, "the first epoch never ends")
        elif forever:
            yield Fine(fit.place)


def _is_endless(step: Term) -> bool:
    return argument_beside(step, "count") in (None, -1)


@rule(
    "code/split-of-a-dataset",
    "validation_split or labels beside a dataset, which fit refuses",
    severity="error",
    fix="Split the dataset yourself, with take and skip, and pass validation_data.",
)
def split_of_a_dataset(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        if _steps(fit.argument("x", 0)) is None or not is_keras_model(fit.receiver):
            continue
        if validation_split(fit) is not None:
            yield Faulty(fit.place, "validation_split needs arrays: with a dataset, fit stops")
        elif fit.argument("y", 1) is not None:
            yield Faulty(fit.place, "a dataset has its own labels: with others, fit stops")
        else:
            yield Fine(fit.place)
