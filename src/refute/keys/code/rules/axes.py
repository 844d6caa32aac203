"""Rules about axes: argmax and softmax over the batch, and outputs compared with class numbers."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import argument_beside, name_and_array
from refute.keys.code.facts import Facts
from refute.keys.code.labels import form_of_labels
from refute.keys.code.parts import role
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Argument, Free, Made, Method, Term, Value, callee

_TOTALS = ("sum", "mean", "float", "reduce_mean", "average", "accuracy_score")
_KEEPING = ("detach", "cpu", "numpy", "data", "softmax", "log_softmax", "float")


@rule(
    "code/argmax-over-batch",
    "the predicted class is taken over the batch, not over the classes",
    severity="error",
    fix="Take argmax over the last axis: outputs.argmax(dim=1).",
)
def argmax_over_batch(facts: Facts) -> Iterator[Answer]:
    for part in facts.with_uncalled:
        totals = {
            id(value)
            for event in (*part.trace.events, *part.trace.calls)
            if event.name.rpartition(".")[2] in _TOTALS
            for value in (event.receiver, *event.args)
        }
        for term in part.trace.comparisons:
            if term.operation != "==" or id(term) not in totals:
                continue  # it may be about one sample
            for side in term.operands:
                axis, outputs = _argmax(side)
                other = term.operands[1] if side is term.operands[0] else term.operands[0]
                if axis == 0 and _is_output(outputs):
                    yield Faulty(
                        side.place, "axis 0 is the batch, so this is not the class of a sample"
                    )
                elif outputs is not None and axis is None and _are_many(outputs, other):
                    yield Faulty(side.place, "without an axis, this is one number for all samples")
                elif axis in (1, -1):
                    yield Fine(side.place)


def _argmax(value: Value) -> tuple[Value, Value]:
    """The axis of an argmax and what it is taken of; ``(None, None)`` for anything else."""
    if not isinstance(value, Term):
        return None, None
    wanted = "argmax"
    if value.operation == "item" and value.operands[1] == 1 and isinstance(value.operands[0], Term):
        value, wanted = value.operands[0], "max"
    name, of = name_and_array(value)
    if name != wanted:
        return None, None
    return argument_beside(value, "dim", "axis"), of


def _are_many(outputs: Value, labels: Value) -> bool:
    """Whether these are outputs for a part of the data, and its labels."""
    return role(labels) is not None and _is_output(outputs)


def _is_output(value: Value) -> bool:
    """Whether a value is what a model returns for a batch, or its softmax."""
    while isinstance(value, Term | Method):
        if isinstance(value, Method):
            name, inner = value.name, value.owner
        elif isinstance(callee(value), Made | Argument) or (
            value.operation == "method" and value.operands[1] == "predict"
        ):
            return True
        else:
            name, inner = name_and_array(value)
        if name not in _KEEPING:
            return False
        value = inner
    return False


@rule(
    "code/softmax-over-batch",
    "softmax over the batch, not over the classes",
    severity="error",
    fix="Take softmax over the last axis: dim=1.",
)
def softmax_over_batch(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        batched = any(layer.kind in _BATCHED for layer in model.layers)
        if model.library != "torch" or not model.complete or not batched:
            continue  # it may get one sample at a time
        last = model.layers[-1]
        output = facts.trace.outputs.get(model.made)
        if last.activation not in ("softmax", "log_softmax"):
            continue
        if isinstance(last.made, Made):
            dim = last.made.argument("dim", 0)
        elif isinstance(output, Term):
            dim = argument_beside(output, "dim")
        else:
            continue
        if dim == 0:
            yield Faulty(last.place, "dim=0 is the batch: the classes of a sample do not sum to 1")
        elif dim in (1, -1):
            yield Fine(last.place)


_BATCHED = ("flatten", "convolution", "batch norm")


@rule(
    "code/outputs-compared-with-labels",
    "outputs for each class are compared with class numbers",
    severity="error",
    fix="Take the class first: outputs.argmax(axis=-1) == labels.",
)
def outputs_compared_with_labels(facts: Facts) -> Iterator[Answer]:
    for term in facts.trace.comparisons:
        if term.operation != "==":
            continue
        for side in term.operands:
            if _argmax(side)[0] in (1, -1):
                yield Fine(term.place)
            if not isinstance(side, Term) or side.operation not in ("method", "call"):
                continue
            if side.operation == "method" and side.operands[1] != "predict":
                continue
            model = facts.model_of(side.operands[0])
            if model is None or model.output is None or not isinstance(model.output.units, int):
                continue
            if model.complete and model.output.units > 1 and any(map(_is_number, term.operands)):
                yield Faulty(term.place, "these are probabilities or logits, not classes")


def _is_number(value: Value) -> bool:
    """Whether a value is an array of class numbers, by its name or its origin."""
    return form_of_labels(value) == "class numbers" or (
        isinstance(value, Free) and value.name.startswith("y")
    )
